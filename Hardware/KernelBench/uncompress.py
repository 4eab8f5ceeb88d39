# Decides: where the compressed kernel lies inside a boot image.
# Leaves to others: booting what comes out (boot.sh).
"""Takes the ELF kernel out of a Debian vmlinuz: uncompress.py VMLINUZ VMLINUX"""

import lzma
import struct
import subprocess
import sys

# Offsets of the setup header (Documentation/arch/x86/boot.rst).
SETUP_SECTORS = 0x1F1
PAYLOAD_OFFSET = 0x248
PAYLOAD_LENGTH = 0x24C


def payload(image: bytes) -> bytes:
    start = (image[SETUP_SECTORS] + 1) * 512
    start += struct.unpack_from("<I", image, PAYLOAD_OFFSET)[0]
    length = struct.unpack_from("<I", image, PAYLOAD_LENGTH)[0]
    # The last four bytes are the uncompressed size, put there by the kernel's build.
    return image[start : start + length - 4]


def uncompress(data: bytes) -> bytes:
    if data[:6] == b"\xfd7zXZ\0":
        return lzma.LZMADecompressor().decompress(data)
    run = subprocess.run(["zstd", "-dcq"], input=data, stdout=subprocess.PIPE, check=True)
    return run.stdout


def main() -> int:
    with open(sys.argv[1], "rb") as file:
        kernel = uncompress(payload(file.read()))
    if kernel[:4] != b"\x7fELF":
        print(f"uncompress.py: no kernel was found in {sys.argv[1]}", file=sys.stderr)
        return 1
    with open(sys.argv[2], "wb") as file:
        file.write(kernel)
    return 0


sys.exit(main())
