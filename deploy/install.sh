#!/bin/sh
# Installs the Yinuo in this folder beside those that are there, without a network, and makes it the current one.
#
#   sh install.sh [--into /opt/yinuo] [--python python3.11]
#
# Nothing of an installation that is running is changed; going back is `ln -sfn releases/VERSION current`. Status 1 and
# nothing installed where a file is not what was packed, or this machine is another kind than the libraries are for.
set -eu
cd "$(dirname "$0")"
into=/opt/yinuo
python=python3.11
while [ $# -gt 0 ]; do
  case $1 in
    --into) into=${2:?a folder}; shift 2 ;;
    --python) python=${2:?a program}; shift 2 ;;
    *) sed -n 's/^# \{0,1\}//p' "$0" | sed -n '2,7p'; exit 2 ;;
  esac
done
fail() { echo "install: $*; nothing was installed" >&2; exit 1; }

sha256sum --check --strict --quiet SHA256SUMS >/dev/null 2>&1 || fail "a file is not what was packed: $(sha256sum --check --strict --quiet SHA256SUMS 2>/dev/null | head -n 1)"
listed=$(sed 's/^[^ ]*  //' SHA256SUMS; echo SHA256SUMS)
found=$(find . -type f | sed 's|^\./||')
[ "$(printf '%s\n' "$listed" | sort)" = "$(printf '%s\n' "$found" | sort)" ] || fail "there are files that were not packed"
version=$(sed -n 1p VERSION)
wanted=$(sed -n 3p VERSION)
here=$("$python" -c 'import platform, sys; print(f"{platform.system().lower()}-{platform.machine()}-py{sys.version_info[0]}{sys.version_info[1]}")' 2>/dev/null) || fail "$python cannot be run; name another with --python"
[ "$here" = "$wanted" ] || fail "this bundle is for $wanted, this machine is $here"
target=$into/releases/$version
[ ! -e "$target" ] || fail "$target is there already"

mkdir -p "$into/releases"
trap 'rm -rf "$target"' EXIT
trap 'exit 1' INT TERM HUP
mkdir "$target"
cp -R . "$target/"
"$python" -m venv "$target/.venv" || fail "no virtual environment could be made (on Debian: python3-venv)"
"$target/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --find-links "$target/wheels" \
  --require-hashes --no-deps --only-binary :all: -r "$target/requirements/core.txt" || fail "a library could not be installed"
rm -rf "$target/wheels"
"$target/.venv/bin/python" -m compileall -q "$target/yinuo" >/dev/null
"$target/bin/yinuo" sbom >/dev/null || fail "the program does not start"
trap - EXIT
ln -s "releases/$version" "$into/current.$$"
mv -T "$into/current.$$" "$into/current"
echo "installed=$target current=$into/current"
