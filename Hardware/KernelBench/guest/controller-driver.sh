# Decides: how the stand-in, the driver of square pulses, is run as the controller.
# Leaves to others: how the product is (controller-nmes.sh), what is done to it (scenarios).
#
# Sourced by guest/bench.sh as /bench/controller.sh.
phase=20ms
pause=100us
period_us=50000
probe_phases=0
# ioctl, pwrite64, ppoll, clock_gettime and clock_nanosleep where no vDSO serves them.
calls=16,18,228,230,271
status_done=0 status_tripped=3 status_stopped=0

# A session that ends by itself.
controller_session() { exec driver good 25; }
# What it delivered, in nC, both phases together: 25 pulses of 20 ms and 40 mA each way.
controller_charge() { echo $((25 * 2 * 800000)); }
# One that lasts until somebody ends it.
controller_lasting() { exec driver good 1000; }
