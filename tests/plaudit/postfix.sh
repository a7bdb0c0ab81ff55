#!/usr/bin/env bash
# postfix.sh FOLDER PORT: Debian's Postfix as an ordinary user on 127.0.0.1, STARTTLS on PORT and TLS from the first byte on
# PORT + 1. All that it reads and writes lies below FOLDER. It runs until it is told to end or its parent is gone.
#
# Postfix wants to be started by root and to become other users. libfakeroot, preloaded, lets it believe that it did.
set -eu
folder=$(realpath -m "$1")
port=$2
programs=/usr/lib/postfix/sbin
PATH=$PATH:/usr/sbin:/sbin
umask 022

# Instances of one user would share a port without a word.
for taken in "$port" "$((port + 1))"; do
    if (exec 3<>"/dev/tcp/127.0.0.1/$taken") 2>/dev/null; then
        echo "port $taken is busy" >&2
        exit 1
    fi
done

queues=(active bounce corrupt defer deferred flush hold incoming maildrop pid private public saved trace)
mkdir -p "$folder"/{conf,data,mail,tls,queue}
(cd "$folder/queue" && mkdir -p "${queues[@]}" && chmod 700 "${queues[@]}" && chmod 755 . pid public)
chmod 700 "$folder/data"
cd "$folder"

cat >conf/main.cf <<EOF
compatibility_level = 3.6
config_directory = $folder/conf
queue_directory = $folder/queue
data_directory = $folder/data
daemon_directory = $programs
mail_owner = postfix
setgid_group = postdrop
maillog_file = $folder/postfix.log
maillog_file_prefixes = $folder
import_environment = MAIL_CONFIG MAIL_LOGTAG TZ LANG=C LD_PRELOAD
enable_long_queue_ids = yes
myhostname = mx.test.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
local_header_rewrite_clients =
alias_maps =
alias_database =
local_recipient_maps =
local_transport = error:5.1.1 no local mail
default_transport = discard:
notify_classes =
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
virtual_mailbox_domains = home.example, school.example
virtual_transport = virtual
virtual_mailbox_base = $folder/mail
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:$(id -u postfix)
virtual_gid_maps = static:$(id -g postfix)
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
message_size_limit = 52428800
queue_minfree = 0
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access regexp:$folder/conf/recipients
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 100000
smtpd_hard_error_limit = 100000
smtpd_junk_command_limit = 100000
in_flow_delay = 0
tls_random_source = dev:/dev/urandom
smtpd_tls_security_level = may
smtpd_tls_cert_file = $folder/tls/cert.pem
smtpd_tls_key_file = $folder/tls/key.pem
EOF
printf '%s\n' '/^nobody/ 550 5.1.1 User unknown' '/^later/ 451 4.7.1 Try again later' >conf/recipients
cat >conf/master.cf <<EOF
127.0.0.1:$port inet n - n - 50 smtpd
127.0.0.1:$((port + 1)) inet n - n - 50 smtpd -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
postlog unix-dgram n - n - 1 postlogd
EOF
# Postfix waits a second or two while its configuration is fresh.
touch -d '1 minute ago' conf/*
names=subjectAltName=DNS:localhost,IP:127.0.0.1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=localhost \
    -addext "$names" -addext basicConstraints=critical,CA:FALSE -keyout tls/key.pem -out tls/cert.pem 2>/dev/null
chmod 600 tls/key.pem
: >>postfix.log

library=$(find /usr/lib -name libfakeroot-sysv.so | head -1)
env -u FAKEROOTKEY LD_PRELOAD="$library" "$programs/master" -c "$folder/conf" </dev/null &
master=$!
# Whoever kills the parent kills all of it.
setsid bash -c 'while sleep 0.5; do
    read -r _ _ state parent _ <"/proc/$1/stat" && [ "$parent" = "$2" ] && [ "$state" != Z ] || break
done 2>/dev/null
kill -KILL "-$3" "$1" 2>/dev/null' watch $$ "$PPID" "$master" >/dev/null 2>&1 </dev/null &
trap 'kill -TERM $master -$master 2>/dev/null || :' TERM INT HUP
wait $master || :
kill -KILL -$master 2>/dev/null || :
