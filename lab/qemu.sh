# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
#
# A kernel of Debian's in QEMU, emulated: works wherever QEMU does, and asks
# for nobody's permission. The kernels are files in a cache folder; lab/fetch
# puts them there. For the files in lab/kernels, which may set KERNEL_WORDS, and
# SOURCE_PACKAGE and SOURCE_CONFIG for one that is built from Debian's sources.

KERNEL_RUNS_ASAN=yes
KERNEL_TAKES_OUR_MODULE=yes
KERNEL_TERMINAL=/dev/ttyS1
# shellcheck source=lab/cache.sh
. "$lab_dir/cache.sh"
KERNEL_MODULES=$KERNEL_DIR/lib/modules
SOURCE_ARCH=x86_64
SOURCE_BASE=tinyconfig
# The plain one has no memory for KASAN's notes yet where it begins.
SOURCE_IMAGE=arch/x86/boot/bzImage

# Without a cache a program is read anew at each start, which made it three times as slow.
readonly QEMU_CACHED=trans=virtio,version=9p2000.L,msize=131072,noxattr,access=any,cache=loose
# What goes through here is on the host at once: a crash loses no output.
readonly QEMU_DIRECT=trans=virtio,version=9p2000.L,msize=131072,noxattr,access=any
QEMU_DEVICES=()

# Of each machine: the emulator and Debian's package of it, what it emulates, how devices are joined to it, the module
# for that, and the kernel's words.
case ${MACHINE:-amd64} in
amd64)
	QEMU_PROGRAM=qemu-system-x86_64 QEMU_PACKAGE=qemu-system-x86 QEMU_BUS=pci QEMU_BUS_MODULE=virtio_pci
	# The plain processor: features like more levels of page tables cost an emulator a sixth of its speed.
	QEMU_MACHINE=(-machine pc -cpu qemu64,+rdrand)
	QEMU_WORDS=(console=ttyS0 reboot=t tsc=reliable mitigations=off)
	;;
arm64)
	QEMU_PROGRAM=qemu-system-aarch64 QEMU_PACKAGE=qemu-system-arm QEMU_BUS=pci QEMU_BUS_MODULE=virtio_pci
	QEMU_MACHINE=(-machine virt -cpu cortex-a57)
	QEMU_WORDS=(console=ttyAMA0 mitigations=off)
	;;
armhf)
	QEMU_PROGRAM=qemu-system-arm QEMU_PACKAGE=qemu-system-arm QEMU_BUS=pci QEMU_BUS_MODULE=virtio_pci
	QEMU_MACHINE=(-machine virt,highmem=off -cpu cortex-a15)
	QEMU_WORDS=(console=ttyAMA0)
	;;
s390x)
	QEMU_PROGRAM=qemu-system-s390x QEMU_PACKAGE=qemu-system-misc QEMU_BUS=ccw QEMU_BUS_MODULE=
	QEMU_MACHINE=(-machine s390-ccw-virtio -cpu max)
	QEMU_WORDS=(console=ttysclp0)
	;;
esac

# The unpacked kernel, which boots three seconds sooner, or one that was built here.
kernel_image() { find "$KERNEL_DIR" -maxdepth 1 \( -name vmlinux -o -name bzImage \) 2>/dev/null; }

kernel_missing() {
	local program

	for program in "$QEMU_PROGRAM:$QEMU_PACKAGE" busybox:busybox-static /sbin/modprobe:kmod; do
		if ! command -v "${program%:*}" >/dev/null; then
			echo "Debian package ${program#*:} is not installed (./dev setup${MACHINE:+ --kernel $kernel} does it)"
			return
		fi
	done
	if [[ -z ${MACHINE:-} && $(uname -m) != x86_64 ]]; then
		echo "it runs this machine's programs, which are not for x86_64"
	elif [[ ! -d /lib/modules ]]; then
		echo "there is no folder /lib/modules to show the guest's modules in (./dev setup makes it)"
	elif [[ -z $(kernel_image) ]]; then
		echo "it has not been fetched yet (./dev setup --kernel $kernel does it)"
	else
		return 1
	fi
}

# share TAG FOLDER [OPTION]: lets the guest mount the folder by that name.
share() {
	QEMU_DEVICES+=(
		-fsdev "local,id=$1,path=$2,security_model=none,multidevs=remap${3:-}"
		-device "virtio-9p-$QEMU_BUS,fsdev=$1,mount_tag=$1"
	)
}

# kernel_folder FOLDER ro|rw|direct: the line of fstab that shows the host's folder at its own place.
kernel_folder() {
	local tag=folder${#QEMU_DEVICES[@]} read_only='' mode=rw options=$QEMU_CACHED

	case $2 in
	ro) read_only=,readonly=on mode=ro ;;
	direct) options=$QEMU_DIRECT ;;
	esac
	share "$tag" "$1" "$read_only"
	echo "$tag $1 9p $mode,X-mount.mkdir,$options 0 0"
}

# The modules that reach the root file system, each after those that it needs.
root_modules() {
	# shellcheck disable=SC2086
	modprobe -d "$KERNEL_DIR" -S "$(ls "$KERNEL_MODULES")" --show-depends -a $QEMU_BUS_MODULE 9pnet_virtio 9p 2>/dev/null |
		awk '$1 == "insmod" && !seen[$2]++ {print $2}'
}

# make_initramfs FOLDER: what the kernel needs to mount the root, packed by the machine's own busybox.
make_initramfs() {
	local tree=$1/initramfs.d busybox file n=0

	busybox=${KERNEL_ROOT:+$KERNEL_ROOT/bin/busybox}
	busybox=${busybox:-$(command -v busybox)}
	mkdir -p "$tree"/{bin,dev,mnt,proc,modules,lib,lib64}
	cp "$busybox" "$tree/bin/busybox"
	for file in $(ldd "$busybox" 2>/dev/null | grep -o '/[^ ]*'); do
		cp -L --parents "$file" "$tree"
	done
	for file in $(root_modules); do
		cp "$file" "$tree/modules/$((++n + 100)).ko"
	done
	cp "$lab_dir/qemu-init" "$tree/init"
	(cd "$tree" && find . | busybox cpio -o -H newc >"$1/initramfs" 2>/dev/null)
	rm -r "$tree"
}

# IPVLAN_LAB_CLOCK=instructions: a nanosecond is an instruction, whatever else this machine does, and who waits for a
# time has it at once. Only one processor can be counted so.
choose_clock() {
	if [[ ${IPVLAN_LAB_CLOCK:-} == instructions ]]; then
		CLOCK_OPTIONS=(-accel tcg,thread=single -icount shift=0,sleep=off -smp 1)
		CLOCK_WORDS=()
	else
		CLOCK_OPTIONS=(-accel tcg,thread=multi -smp "${IPVLAN_LAB_CPUS:-2}")
		# A network device goes only after a grace period, for which tests need not wait.
		CLOCK_WORDS=(rcupdate.rcu_expedited=1)
	fi
}

# kernel_command RUN_DIR MEMORY INIT ROOT: sets KERNEL_COMMAND, to be run with stdout on the console log.
kernel_command() {
	local words

	words=(
		"${QEMU_WORDS[@]}" "${KERNEL_WORDS[@]:-quiet}" panic=-1 oops=panic
		# The emulator translates a program again for each new place in memory: half of every start.
		norandmaps
		cryptomgr.notests
		"lab_init=$3" "lab_root_options=$QEMU_CACHED"
		"lab_run=$1" "lab_kernel=$kernel" lab_fs=9p "lab_options=$QEMU_DIRECT"
		dummy.numdummies=0 bonding.max_bonds=0
	)
	choose_clock
	# shellcheck disable=SC2206
	words+=("${CLOCK_WORDS[@]}" ${IPVLAN_LAB_WORDS:-})
	make_initramfs "$1"
	share root "$4" ,readonly=on
	share lab "$1"
	KERNEL_COMMAND=(
		"$QEMU_PROGRAM" -nodefaults -no-user-config -display none -no-reboot
		"${QEMU_MACHINE[@]}" -m "$2" "${CLOCK_OPTIONS[@]}"
		-kernel "$(kernel_image)" -initrd "$1/initramfs" -append "${words[*]}"
		"${QEMU_DEVICES[@]}" -serial "file:$1/console"
	)
}

# Joins KERNEL_TERMINAL to the file descriptors 3 and 4, for an interactive shell.
kernel_terminal() {
	# shellcheck disable=SC2016
	KERNEL_COMMAND=(
		sh -c 'exec "$@" <&3 >&4' sh "${KERNEL_COMMAND[@]}"
		-chardev stdio,id=terminal,signal=off -serial chardev:terminal
	)
}
