// Decides: how Swift edits a line with libedit, whose setters take variable arguments.
// Leaves to others: where bytes come from, what completes, and what is drawn round the line.
//
// One line editor at a time, used by one thread. Calls that can fail answer 0 or -errno.

#ifndef NMES_CLINEEDIT_H
#define NMES_CLINEEDIT_H

#include <stddef.h>
#include <stdint.h>

/// An editor of one line with its history.
typedef struct nmes_line nmes_line;

/// What the editor asks of its owner. `context` comes back at every call.
typedef struct nmes_line_calls {
  void *context;
  /// The next byte: 1 and the byte, or 0 at the end of input.
  int (*next_byte)(void *context, uint8_t *byte);
  /// The prompt. The text stays valid until the next call.
  const char *(*prompt)(void *context);
  /// The operator asks to complete the line. May insert or delete; see nmes_line_insert.
  void (*complete)(void *context);
} nmes_line_calls;

/// Makes an editor on the terminal at descriptors `input` and `output`.
///
/// `history_path` may be NULL. Signals stay the caller's; flow control by Ctrl-S is off, so that
/// the status goes on. Answers NULL with errno set.
nmes_line *nmes_line_open(
  int input, int output, const nmes_line_calls *calls, const char *history_path, int history_size);

/// Takes the text of the user's locale for what is typed and printed.
void nmes_line_use_locale(void);

/// Reads a line: its bytes without the line's end, valid until the next call; NULL at the end.
const char *nmes_line_read(nmes_line *line, size_t *length);

/// Adds a line to the history, and to its file. Answers 0 or -errno.
int nmes_line_remember(nmes_line *line, const char *text);

/// The text as edited so far; not ended by a null. `cursor` is counted in bytes.
const char *nmes_line_text(nmes_line *line, size_t *length, size_t *cursor);

/// Inserts at the cursor. Answers 0, or -1 when the line is full.
int nmes_line_insert(nmes_line *line, const char *text);

/// Deletes characters before the cursor.
void nmes_line_delete_before(nmes_line *line, int count);

/// Empties the line.
void nmes_line_clear(nmes_line *line);

/// Draws prompt and text anew from column 0 of the line where the cursor stands.
void nmes_line_refresh(nmes_line *line);

/// The terminal has another size.
void nmes_line_resized(nmes_line *line);

/// Ends the editor and gives the terminal back as it was.
void nmes_line_close(nmes_line *line);

/// Keeps the terminal's settings, so that any end can put them back: a crash by its signal, or
/// nmes_terminal_restore. `farewell` (at most 127 bytes) is written then. Answers 0 or -errno.
int nmes_terminal_guard(int descriptor, const char *farewell);

/// Puts the settings back, once, and writes the farewell as far as the terminal takes it without
/// waiting. Safe in a signal handler.
void nmes_terminal_restore(void);

#endif
