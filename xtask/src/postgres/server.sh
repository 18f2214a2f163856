# Owns one private PostgreSQL from the creation of its folder to the removal. Run by postgres.rs; "$@" is what to put before
# a command so that it does not run as root. Says "ready", or what went wrong, and ends when its standard input closes.
set -u
trap '' HUP INT PIPE TERM
cd /

# What our own shell writes is "log" (it may be root's), what the server writes is "server.log".
server() { "$@" </dev/null >>"$SERVER_FOLDER/log" 2>&1; }

remove() {
    for data in replica data; do
        if [ -f "$SERVER_FOLDER/$data/postmaster.pid" ]; then
            server "$@" "$SERVER_BIN/pg_ctl" -D "$SERVER_FOLDER/$data" -m immediate -w stop
        fi
    done
    rm -rf "$SERVER_FOLDER"
}

start() {
    server "$@" "$SERVER_BIN/initdb" -D "$SERVER_FOLDER/data" -U postgres -E UTF8 --locale=C.UTF-8 \
        --auth-local=trust --auth-host=scram-sha-256 --no-sync || return 1
    # What a test writes is thrown away, so nothing waits for the disk. The many small databases of parallel tests want many
    # connections and no helpers of their own.
    cat >>"$SERVER_FOLDER/data/postgresql.conf" <<END || return 1
listen_addresses = '127.0.0.1'
port = $SERVER_PORT
unix_socket_directories = '$SERVER_FOLDER'
max_connections = 400
fsync = off
synchronous_commit = off
full_page_writes = off
max_parallel_workers_per_gather = 0
jit = off
autovacuum_naptime = 5min
log_min_messages = warning
END
    if [ "$SERVER_DURABLE" = yes ]; then
        # For measurements, as in an installation: later lines win.
        printf '%s = on\n' fsync synchronous_commit full_page_writes >>"$SERVER_FOLDER/data/postgresql.conf" || return 1
        echo 'autovacuum_naptime = 1min' >>"$SERVER_FOLDER/data/postgresql.conf" || return 1
    fi
    printf '%s\n' "create role atlas login createdb nosuperuser nobypassrls password '$SERVER_PASSWORD'" |
        "$@" "$SERVER_BIN/postgres" --single -j -D "$SERVER_FOLDER/data" postgres >>"$SERVER_FOLDER/log" 2>&1 || return 1
    if [ -n "$SERVER_REPLICA" ]; then
        for words in 'grant execute on function pg_wal_replay_pause(), pg_wal_replay_resume() to atlas' \
            'create database tenantatlas owner atlas'; do
            # The database that is made has what may be called in this one.
            printf '%s\n' "$words" | "$@" "$SERVER_BIN/postgres" --single -j -D "$SERVER_FOLDER/data" template1 \
                >>"$SERVER_FOLDER/log" 2>&1 || return 1
        done
    fi
    server "$@" "$SERVER_BIN/pg_ctl" -D "$SERVER_FOLDER/data" -l "$SERVER_FOLDER/server.log" -w -t 60 start || return 1
    if [ -n "$SERVER_REPLICA" ]; then follow "$@"; fi
}

# A second server that replays what the first one writes.
follow() {
    server "$@" "$SERVER_BIN/pg_basebackup" -D "$SERVER_FOLDER/replica" -R -X stream -c fast \
        -h "$SERVER_FOLDER" -p "$SERVER_PORT" -U postgres || return 1
    printf 'port = %s\nhot_standby = on\n' "$SERVER_REPLICA" >>"$SERVER_FOLDER/replica/postgresql.conf" || return 1
    server "$@" "$SERVER_BIN/pg_ctl" -D "$SERVER_FOLDER/replica" -l "$SERVER_FOLDER/replica.log" -w -t 60 start
}

mkdir -m 700 "$SERVER_FOLDER" || exit 1
if [ -n "$SERVER_OWNER" ]; then chown "$SERVER_OWNER" "$SERVER_FOLDER"; fi
if start "$@"; then
    echo ready 2>/dev/null
    # The loop ends when the other side is gone, however it went.
    while read -r word; do
        if [ "$word" = stop-replica ]; then
            server "$@" "$SERVER_BIN/pg_ctl" -D "$SERVER_FOLDER/replica" -m immediate -w stop
            echo stopped 2>/dev/null
        fi
    done
    remove "$@"
else
    tail -q -n 20 "$SERVER_FOLDER"/*log
    remove "$@"
    exit 1
fi
