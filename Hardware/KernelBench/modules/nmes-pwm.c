// SPDX-License-Identifier: GPL-2.0
/*
 * Decides: how a PWM chip without hardware behaves: any period, any duty, state kept.
 * Leaves to others: what the outputs do to current (plant), the record (the pwm trace events).
 *
 * Like a chip, it keeps running when its user dies, and tells its state to the next one.
 */
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/pwm.h>
#include <linux/version.h>
#include "nmes-bench.h"

#define CHANNELS 8

static struct pwm_state applied[CHANNELS];
static nmes_pwm_listener listener;

void nmes_pwm_listen(nmes_pwm_listener fn)
{
	WRITE_ONCE(listener, fn);
}
EXPORT_SYMBOL_GPL(nmes_pwm_listen);

static int nmes_pwm_apply(struct pwm_chip *chip, struct pwm_device *pwm,
			  const struct pwm_state *state)
{
	nmes_pwm_listener fn = READ_ONCE(listener);
	u64 active = state->duty_cycle;

	applied[pwm->hwpwm] = *state;
	if (state->polarity == PWM_POLARITY_INVERSED)
		active = state->period - state->duty_cycle;
	if (fn)
		fn(pwm->hwpwm, state->enabled ? active : 0, state->enabled ? state->period : 0);
	return 0;
}

static int nmes_pwm_get_state(struct pwm_chip *chip, struct pwm_device *pwm,
			      struct pwm_state *state)
{
	*state = applied[pwm->hwpwm];
	return 0;
}

static const struct pwm_ops nmes_pwm_ops = {
	.apply = nmes_pwm_apply,
	.get_state = nmes_pwm_get_state,
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
	.owner = THIS_MODULE,
#endif
};

static struct pwm_chip *new_chip(struct device *dev)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
	return devm_pwmchip_alloc(dev, CHANNELS, 0);
#else
	struct pwm_chip *chip = devm_kzalloc(dev, sizeof(*chip), GFP_KERNEL);

	if (!chip)
		return ERR_PTR(-ENOMEM);
	chip->dev = dev;
	chip->npwm = CHANNELS;
	return chip;
#endif
}

static int nmes_pwm_probe(struct platform_device *pdev)
{
	struct pwm_chip *chip = new_chip(&pdev->dev);

	if (IS_ERR(chip))
		return PTR_ERR(chip);
	chip->ops = &nmes_pwm_ops;
	return devm_pwmchip_add(&pdev->dev, chip);
}

static struct platform_driver nmes_pwm_driver = {
	.probe = nmes_pwm_probe,
	.driver = { .name = "nmes-pwm" },
};
static struct platform_device *device;

static int __init nmes_pwm_init(void)
{
	int error = platform_driver_register(&nmes_pwm_driver);

	if (error)
		return error;
	device = platform_device_register_simple("nmes-pwm", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(device)) {
		platform_driver_unregister(&nmes_pwm_driver);
		return PTR_ERR(device);
	}
	return 0;
}

static void __exit nmes_pwm_exit(void)
{
	platform_device_unregister(device);
	platform_driver_unregister(&nmes_pwm_driver);
}

module_init(nmes_pwm_init);
module_exit(nmes_pwm_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("PWM chip without hardware");
