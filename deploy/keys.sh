#!/bin/sh
# Makes the key that signs tokens, once, in the file that HELPDESK_TOKEN_KEY_FILE names.
set -eu
key=${HELPDESK_TOKEN_KEY_FILE:?}
[ ! -s "$key" ] || exit 0
umask 077
openssl genpkey -algorithm ed25519 -out "$key.new"
mv "$key.new" "$key"
