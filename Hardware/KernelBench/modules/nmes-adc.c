// SPDX-License-Identifier: GPL-2.0
/*
 * Decides: how a converter without hardware reads: eight signed channels of 10 uV a count, each
 * conversion with noise of its own.
 * Leaves to others: codes and noise, which the plant writes (nmes-wires), or a code that a test
 * sets:
 *   echo "CHANNEL CODE" > /sys/kernel/debug/iio/iio:deviceN/direct_reg_access
 */
#include <linux/iio/iio.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include "nmes-bench.h"

static struct nmes_page *page;

struct nmes_page *nmes_adc_page(void)
{
	return page;
}
EXPORT_SYMBOL_GPL(nmes_adc_page);

#define CHANNEL(n) { \
	.type = IIO_VOLTAGE, .indexed = 1, .channel = (n), \
	.info_mask_separate = BIT(IIO_CHAN_INFO_RAW), \
	.info_mask_shared_by_type = BIT(IIO_CHAN_INFO_SCALE) | BIT(IIO_CHAN_INFO_OFFSET) }

static const struct iio_chan_spec channels[NMES_CONVERTERS] = {
	CHANNEL(0), CHANNEL(1), CHANNEL(2), CHANNEL(3),
	CHANNEL(4), CHANNEL(5), CHANNEL(6), CHANNEL(7),
};

/* From -most to most, another one each time. */
static int noise(int most)
{
	static u32 state = 1;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return most > 0 ? (int)(state % (2 * most + 1)) - most : 0;
}

static int convert(unsigned int channel)
{
	int code = READ_ONCE(page->code[channel]) + noise(READ_ONCE(page->noise[channel]));

	return clamp(code, S16_MIN, S16_MAX);
}

static int nmes_adc_read(struct iio_dev *dev, struct iio_chan_spec const *channel,
			 int *value, int *micro, long what)
{
	switch (what) {
	case IIO_CHAN_INFO_RAW:
		*value = convert(channel->channel);
		return IIO_VAL_INT;
	case IIO_CHAN_INFO_OFFSET:
		*value = 0;
		return IIO_VAL_INT;
	case IIO_CHAN_INFO_SCALE: /* mV */
		*value = 0;
		*micro = 10000;
		return IIO_VAL_INT_PLUS_MICRO;
	}
	return -EINVAL;
}

static int nmes_adc_register(struct iio_dev *dev, unsigned int channel, unsigned int written,
			     unsigned int *read)
{
	if (channel >= NMES_CONVERTERS)
		return -EINVAL;
	if (read)
		*read = READ_ONCE(page->code[channel]);
	else
		WRITE_ONCE(page->code[channel], (s32)written);
	return 0;
}

static const struct iio_info nmes_adc_info = {
	.read_raw = nmes_adc_read,
	.debugfs_reg_access = nmes_adc_register,
};

static int nmes_adc_probe(struct platform_device *pdev)
{
	struct iio_dev *dev = devm_iio_device_alloc(&pdev->dev, 0);

	if (!dev)
		return -ENOMEM;
	dev->name = "nmes-adc";
	dev->info = &nmes_adc_info;
	dev->modes = INDIO_DIRECT_MODE;
	dev->channels = channels;
	dev->num_channels = NMES_CONVERTERS;
	return devm_iio_device_register(&pdev->dev, dev);
}

static struct platform_driver nmes_adc_driver = {
	.probe = nmes_adc_probe,
	.driver = { .name = "nmes-adc" },
};
static struct platform_device *device;

static int __init nmes_adc_init(void)
{
	int error;

	page = (struct nmes_page *)get_zeroed_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	error = platform_driver_register(&nmes_adc_driver);
	if (error)
		goto free_page;
	device = platform_device_register_simple("nmes-adc", PLATFORM_DEVID_NONE, NULL, 0);
	if (!IS_ERR(device))
		return 0;
	error = PTR_ERR(device);
	platform_driver_unregister(&nmes_adc_driver);
free_page:
	free_page((unsigned long)page);
	return error;
}

static void __exit nmes_adc_exit(void)
{
	platform_device_unregister(device);
	platform_driver_unregister(&nmes_adc_driver);
	free_page((unsigned long)page);
}

module_init(nmes_adc_init);
module_exit(nmes_adc_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("IIO converter without hardware");
