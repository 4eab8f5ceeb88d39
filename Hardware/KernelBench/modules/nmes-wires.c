// SPDX-License-Identifier: GPL-2.0
/*
 * Decides: how each change of an output pin reaches the plant: with its time, at once.
 * Leaves to others: what it does there (plant); input lines (gpio-sim's pull files).
 *
 * Lines are heard through the kernel's own gpio_value trace point, PWM through nmes-pwm. Polled
 * from a process, fourteen lines at 50 us would take the only processor from the loop under
 * test. The plant is woken `delay_ns` after a change: a trace point fires before the pin moves,
 * and an ioctl that sets several lines is then one wake-up. A line that is set to the level that
 * it has is no change, and one whose answer takes milliseconds is told without haste: each wake-up
 * takes the processor from the loop, which no board does.
 */
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <linux/uaccess.h>
#include "nmes-bench.h"

#define RING 4096

static int first_line = -1;
module_param(first_line, int, 0644);
MODULE_PARM_DESC(first_line, "global number of the watched chip's first line");
static int lines = 16;
module_param(lines, int, 0644);
MODULE_PARM_DESC(lines, "how many lines are watched");
static ulong delay_ns = 25000;
module_param(delay_ns, ulong, 0644);
MODULE_PARM_DESC(delay_ns, "from a change to the wake-up of the plant");

static int slow_line = -1;
module_param(slow_line, int, 0644);
MODULE_PARM_DESC(slow_line, "the line whose changes may be told late: the heartbeat");
static ulong slow_ns = 400000;
module_param(slow_ns, ulong, 0644);
MODULE_PARM_DESC(slow_ns, "from a change of that line to the wake-up");

static DEFINE_RAW_SPINLOCK(lock);
static struct nmes_change ring[RING];
static unsigned int head, tail;
static u64 lost;
static unsigned long levels, known;
static struct task_struct *reader;
static unsigned long is_open;
static struct hrtimer waker;
static struct tracepoint *gpio_value;

/* Wakes the reader after `delay`, or earlier where that was due before. */
static void wake_after(u64 delay)
{
	ktime_t due = ktime_add_ns(ktime_get(), delay);

	if (!reader)
		return;
	if (hrtimer_active(&waker) && ktime_compare(hrtimer_get_expires(&waker), due) <= 0)
		return;
	hrtimer_start(&waker, due, HRTIMER_MODE_ABS_HARD);
}

/* Whether a line changes. */
static bool changes(u32 index, u64 value)
{
	unsigned long bit = BIT(index);
	bool is_same = (known & bit) && !(levels & bit) == !value;

	known |= bit;
	levels = value ? levels | bit : levels & ~bit;
	return !is_same;
}

static void add(u32 kind, u32 index, u64 value, u64 period)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	if (kind == NMES_LINE && !changes(index, value)) {
		raw_spin_unlock_irqrestore(&lock, flags);
		return;
	}
	if (head - tail == RING) {
		lost++;
	} else {
		ring[head++ % RING] = (struct nmes_change){
			.at = ktime_get_mono_fast_ns(), .kind = kind, .index = index,
			.value = value, .period = period };
	}
	wake_after(kind == NMES_LINE && (int)index == slow_line ? slow_ns : delay_ns);
	raw_spin_unlock_irqrestore(&lock, flags);
}

static enum hrtimer_restart wake_reader(struct hrtimer *timer)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	if (reader)
		wake_up_process(reader);
	raw_spin_unlock_irqrestore(&lock, flags);
	return HRTIMER_NORESTART;
}

static void on_gpio_value(void *unused, unsigned int gpio, int get, int value)
{
	int first = READ_ONCE(first_line);

	if (get || first < 0 || gpio < first || gpio >= first + lines)
		return;
	add(NMES_LINE, gpio - first, value != 0, 0);
}

static void on_pwm(unsigned int channel, u64 active, u64 period)
{
	add(NMES_PWM, channel, active, period);
}

/* Takes up to `most` changes; a loss is told in their place. */
static unsigned int take(struct nmes_change *to, unsigned int most)
{
	unsigned long flags;
	unsigned int n = 0;

	raw_spin_lock_irqsave(&lock, flags);
	if (lost) {
		to[n++] = (struct nmes_change){
			.at = ktime_get_mono_fast_ns(), .kind = NMES_LOST, .value = lost };
		lost = 0;
	}
	while (n < most && tail != head)
		to[n++] = ring[tail++ % RING];
	raw_spin_unlock_irqrestore(&lock, flags);
	return n;
}

static void set_reader(struct task_struct *task)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	reader = task;
	raw_spin_unlock_irqrestore(&lock, flags);
}

/* Waits for a change, the time in the page, or a signal. */
static int wait_for_change(void)
{
	ktime_t until;
	int interrupted = 0;

	set_reader(current);
	set_current_state(TASK_INTERRUPTIBLE);
	if (READ_ONCE(head) == tail && !READ_ONCE(lost)) {
		until = ns_to_ktime(READ_ONCE(nmes_adc_page()->wake_at));
		if (until)
			schedule_hrtimeout(&until, HRTIMER_MODE_ABS);
		else
			schedule();
		interrupted = signal_pending(current);
	}
	__set_current_state(TASK_RUNNING);
	set_reader(NULL);
	return interrupted ? -EINTR : 0;
}

static ssize_t wires_read(struct file *file, char __user *to, size_t size, loff_t *at)
{
	struct nmes_change changes[16];
	unsigned int most = min_t(size_t, size / sizeof(*changes), ARRAY_SIZE(changes));
	unsigned int n;
	int error;

	if (!most)
		return -EINVAL;
	n = take(changes, most);
	if (!n) {
		error = wait_for_change();
		if (error)
			return error;
		n = take(changes, most);
	}
	if (copy_to_user(to, changes, n * sizeof(*changes)))
		return -EFAULT;
	return n * sizeof(*changes);
}

static int wires_mmap(struct file *file, struct vm_area_struct *area)
{
	if (area->vm_pgoff || area->vm_end - area->vm_start != PAGE_SIZE)
		return -EINVAL;
	return vm_insert_page(area, area->vm_start, virt_to_page(nmes_adc_page()));
}

static int wires_open(struct inode *inode, struct file *file)
{
	if (test_and_set_bit(0, &is_open))
		return -EBUSY;
	tail = head;
	lost = 0;
	known = 0;
	return 0;
}

static int wires_release(struct inode *inode, struct file *file)
{
	hrtimer_cancel(&waker);
	clear_bit(0, &is_open);
	return 0;
}

static const struct file_operations wires_operations = {
	.owner = THIS_MODULE,
	.open = wires_open,
	.release = wires_release,
	.read = wires_read,
	.mmap = wires_mmap,
};
static struct miscdevice wires = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "nmes-wires",
	.mode = 0600,
	.fops = &wires_operations,
};

static void find_gpio_value(struct tracepoint *point, void *unused)
{
	if (!strcmp(point->name, "gpio_value"))
		gpio_value = point;
}

static int __init wires_init(void)
{
	int error;

	hrtimer_init(&waker, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);
	waker.function = wake_reader;
	for_each_kernel_tracepoint(find_gpio_value, NULL);
	if (!gpio_value)
		return -ENOENT;
	error = tracepoint_probe_register(gpio_value, on_gpio_value, NULL);
	if (error)
		return error;
	nmes_pwm_listen(on_pwm);
	error = misc_register(&wires);
	if (error) {
		nmes_pwm_listen(NULL);
		tracepoint_probe_unregister(gpio_value, on_gpio_value, NULL);
		tracepoint_synchronize_unregister();
	}
	return error;
}

static void __exit wires_exit(void)
{
	misc_deregister(&wires);
	nmes_pwm_listen(NULL);
	tracepoint_probe_unregister(gpio_value, on_gpio_value, NULL);
	tracepoint_synchronize_unregister();
}

module_init(wires_init);
module_exit(wires_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("The wires from the kernel's simulated pins to the plant");
