// Decides: how libedit is asked.
// Leaves to others: when, and with what.

#define _GNU_SOURCE
#include "CLineEdit.h"

#include <errno.h>
#include <histedit.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

struct nmes_line {
  EditLine *editor;
  History *history;
  FILE *input;
  FILE *output;
  char *history_path;
  nmes_line_calls calls;
  mbstate_t decoding;
};

static nmes_line *owner(EditLine *editor) {
  void *client = NULL;
  return el_get(editor, EL_CLIENTDATA, &client) == 0 ? client : NULL;
}

// One character of the locale from as many bytes as it takes; what is no character is skipped.
static int next_character(EditLine *editor, wchar_t *character) {
  nmes_line *line = owner(editor);
  if (line == NULL) return -1;
  for (;;) {
    uint8_t byte = 0;
    if (line->calls.next_byte(line->calls.context, &byte) != 1) return 0;
    char narrow = (char)byte;
    size_t taken = mbrtowc(character, &narrow, 1, &line->decoding);
    if (taken == (size_t)-2) continue;
    if (taken == (size_t)-1) {
      memset(&line->decoding, 0, sizeof line->decoding);
      continue;
    }
    return 1;
  }
}

static char *prompt(EditLine *editor) {
  nmes_line *line = owner(editor);
  if (line == NULL) return (char *)"";
  return (char *)line->calls.prompt(line->calls.context);
}

static unsigned char complete(EditLine *editor, int key) {
  (void)key;
  nmes_line *line = owner(editor);
  if (line == NULL) return CC_ERROR;
  line->calls.complete(line->calls.context);
  return CC_REFRESH;
}

void nmes_line_use_locale(void) { (void)setlocale(LC_CTYPE, ""); }

static FILE *stream(int descriptor, const char *mode) {
  int copy = dup(descriptor);
  if (copy < 0) return NULL;
  FILE *file = fdopen(copy, mode);
  if (file == NULL) (void)close(copy);
  return file;
}

static int set_up(nmes_line *line) {
  EditLine *editor = line->editor;
  if (el_set(editor, EL_CLIENTDATA, line) != 0) return -1;
  if (el_set(editor, EL_SIGNAL, 0) != 0) return -1;
  if (el_set(editor, EL_EDITOR, "emacs") != 0) return -1;
  if (el_set(editor, EL_PROMPT, prompt) != 0) return -1;
  if (el_set(editor, EL_GETCFN, next_character) != 0) return -1;
  if (el_set(editor, EL_HIST, history, line->history) != 0) return -1;
  if (el_set(editor, EL_SETTY, "-d", "-ixon", NULL) != 0) return -1;
  // Between two lines the terminal would print its own answers to status queries. What is typed
  // meanwhile is shown when the next line is read.
  if (el_set(editor, EL_SETTY, "-x", "-echo", NULL) != 0) return -1;
  if (el_set(editor, EL_ADDFN, "nmes-complete", "Complete the line", complete) != 0) return -1;
  return el_set(editor, EL_BIND, "^I", "nmes-complete", NULL) == 0 ? 0 : -1;
}

nmes_line *nmes_line_open(
  int input, int output, const nmes_line_calls *calls, const char *history_path, int history_size)
{
  nmes_line *line = calloc(1, sizeof *line);
  if (line == NULL) return NULL;
  line->calls = *calls;
  line->input = stream(input, "r");
  line->output = stream(output, "w");
  line->history = history_init();
  if (history_path != NULL) line->history_path = strdup(history_path);
  if (line->input != NULL && line->output != NULL && line->history != NULL) {
    line->editor = el_init("nmes", line->input, line->output, line->output);
  }
  HistEvent event;
  if (line->editor == NULL || history(line->history, &event, H_SETSIZE, history_size) < 0 ||
      history(line->history, &event, H_SETUNIQUE, 1) < 0 || set_up(line) != 0) {
    int cause = errno != 0 ? errno : EIO;
    nmes_line_close(line);
    errno = cause;
    return NULL;
  }
  // A history that is not there yet is no error.
  if (line->history_path != NULL) {
    (void)history(line->history, &event, H_LOAD, line->history_path);
  }
  return line;
}

const char *nmes_line_read(nmes_line *line, size_t *length) {
  int count = 0;
  const char *text = el_gets(line->editor, &count);
  if (text == NULL || count <= 0) return NULL;
  *length = (size_t)count;
  while (*length > 0 && (text[*length - 1] == '\n' || text[*length - 1] == '\r')) *length -= 1;
  return text;
}

int nmes_line_remember(nmes_line *line, const char *text) {
  HistEvent event;
  errno = 0;
  if (history(line->history, &event, H_ENTER, text) < 0) return errno != 0 ? -errno : -EIO;
  if (line->history_path == NULL) return 0;
  errno = 0;
  if (history(line->history, &event, H_SAVE, line->history_path) < 0) {
    return errno != 0 ? -errno : -EIO;
  }
  return 0;
}

const char *nmes_line_text(nmes_line *line, size_t *length, size_t *cursor) {
  const LineInfo *info = el_line(line->editor);
  *length = (size_t)(info->lastchar - info->buffer);
  *cursor = (size_t)(info->cursor - info->buffer);
  return info->buffer;
}

int nmes_line_insert(nmes_line *line, const char *text) {
  return el_insertstr(line->editor, text) == 0 ? 0 : -1;
}

void nmes_line_delete_before(nmes_line *line, int count) { el_deletestr(line->editor, count); }

void nmes_line_clear(nmes_line *line) {
  const LineInfo *info = el_line(line->editor);
  int length = (int)(info->lastchar - info->buffer);
  // Moves to the end first: el_deletestr deletes before the cursor.
  (void)el_cursor(line->editor, length);
  el_deletestr(line->editor, length);
}

void nmes_line_refresh(nmes_line *line) { (void)el_set(line->editor, EL_REFRESH); }

void nmes_line_resized(nmes_line *line) { el_resize(line->editor); }

void nmes_line_close(nmes_line *line) {
  if (line == NULL) return;
  if (line->editor != NULL) el_end(line->editor);
  if (line->history != NULL) history_end(line->history);
  // Streams over copies of the caller's descriptors: nothing is left to write.
  if (line->input != NULL) (void)fclose(line->input);
  if (line->output != NULL) (void)fclose(line->output);
  free(line->history_path);
  free(line);
}
