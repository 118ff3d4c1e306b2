#!/usr/bin/env bash
# Puts the C library of Debian stable into bench/peers/glibc, for programs that want a newer one than this machine has.
# The machine's own packages and lists are left alone.
set -euo pipefail
cd "$(dirname "$0")"
rm -rf glibc && mkdir -p glibc/apt/lists/partial glibc/apt/cache/archives/partial
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror stable main" > glibc/apt/sources.list
cat > glibc/apt/apt.conf <<END
Dir::Etc::sourcelist "$PWD/glibc/apt/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "$PWD/glibc/apt/lists";
Dir::Cache "$PWD/glibc/apt/cache";
END
export APT_CONFIG=$PWD/glibc/apt/apt.conf
apt-get update -qq
(cd glibc/apt && apt-get download -qq libc6 && dpkg-deb -x libc6_*.deb ..)
rm -rf glibc/apt
