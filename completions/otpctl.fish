# Completion of otpctl for fish: generated, see otpctl completion --help

function __otpctl_children
    switch $argv[1]
        case ''
            printf '%s\t%s\n' \
                device 'one-time-password devices: enrol, challenge, verify, administer' \
                settings 'what holds for devices of each type, and how codes travel' \
                user 'what is known of users, for labels and messages' \
                audit 'the log of every change and every verification' \
                store 'the local store: make, inspect, check; its keys' \
                apikey 'keys to the server: create, rotate, revoke' \
                api 'send a raw request to a server' \
                doctor 'look at everything that commands depend on' \
                serve 'serve the store over HTTP' \
                profile 'named places to work on, and how to sign in there' \
                ds100 'SecurID DS100 authenticators, at RSA or in the local registry' \
                bulk 'many devices at once: plan, guard, run, resume, undo' \
                why 'say why a user cannot sign in' \
                completion 'print the completion script of a shell'
        case 'device'
            printf '%s\t%s\n' \
                list 'list devices' \
                show 'show one device' \
                create 'enrol a device' \
                challenge 'issue a challenge' \
                verify 'verify a code' \
                enable 'enable devices' \
                disable 'disable devices' \
                lock 'lock devices' \
                unlock 'unlock devices' \
                update 'change an address or a number' \
                reset-fails 'set failed attempts to 0' \
                resync 'find a device that ran ahead' \
                delete 'delete devices for good'
        case 'settings'
            printf '%s\t%s\n' \
                list 'list all settings' \
                get 'print one setting' \
                set 'change settings' \
                unset 'return settings to their defaults' \
                export 'write settings as TOML, without secrets' \
                import 'read settings from TOML' \
                test 'send a test message'
        case 'user'
            printf '%s\t%s\n' \
                list 'list users that something is known of' \
                show 'show one user' \
                set 'set attributes of a user' \
                remove 'forget what is known of a user' \
                import 'read users from a file'
        case 'audit'
            printf '%s\t%s\n' \
                list 'list what happened' \
                verify 'check that the log is whole' \
                export 'write the log with its chain' \
                repair 'seal what is broken of the log' \
                prune 'remove old entries that were exported'
        case 'store'
            printf '%s\t%s\n' \
                init 'make a store' \
                info 'say what the store is' \
                check 'look for damage' \
                migrate 'bring the store to the schema of this program' \
                backup 'copy the store into one file' \
                restore 'put a backup in the place of the store' \
                key ''
        case 'apikey'
            printf '%s\t%s\n' \
                create 'make a key to the server' \
                list 'list the keys to the server' \
                rotate 'replace a key by a new one' \
                revoke 'make a key open nothing'
        case 'profile'
            printf '%s\t%s\n' \
                add 'add a profile' \
                login 'sign in at the server of a profile' \
                logout 'forget the secrets of a profile' \
                status 'say who is signed in and what the server allows' \
                list 'list profiles' \
                show 'show one profile' \
                use 'make a profile the default' \
                remove 'remove a profile and its secrets'
        case 'ds100'
            printf '%s\t%s\n' \
                show 'show the credential on a DS100' \
                list 'list the DS100 devices of a user' \
                disable 'disable DS100 devices' \
                enable 'enable DS100 devices' \
                clear-pin 'clear the PIN of a DS100' \
                delete 'delete the credential on a DS100 for good' \
                add 'register a DS100 in the local registry' \
                import 'register the DS100 devices of a file'
        case 'bulk'
            printf '%s\t%s\n' \
                disable-stale 'disable devices that nobody uses' \
                update 'set the status of many devices' \
                delete 'delete many devices for good' \
                create 'enrol the devices of a file' \
                apply 'do what a plan says' \
                runs 'list bulk runs' \
                show 'show the rows of a bulk run' \
                resume 'go on with a bulk run' \
                undo 'take back a bulk run'
        case 'store key'
            printf '%s\t%s\n' \
                show 'say where the master key is' \
                move 'move the master key' \
                rotate 'seal everything with new keys'
    end
end

function __otpctl_options
    switch $argv[1]
        case 'device list'
            printf '%s\t%s\n' \
                --filter 'a SCIM filter: \'type eq "TOTP" and lastUsed pr\'' \
                --user 'devices of this user' \
                --type 'devices of this type (repeatable)' \
                --status 'devices in this status (repeatable)' \
                --text 'every word is contained in user or name' \
                --unused-since 'last used at or before this time' \
                --unused-for 'last used so long ago or longer: 90d, 6mo' \
                --never-used 'devices never used: include, exclude or only (by their creation date)' \
                --created-before 'created before this time' \
                --sort-by 'sort by this attribute' \
                --sort-order 'ascending or descending' \
                --limit 'at most so many devices' \
                --start-index 'from the n-th device on, counted from 1' \
                --all 'every row of a table, not the first 100' \
                --count 'only how many there are' \
                --explain 'say how the list would be read: the filter, the query and its plan'
        case 'device show'
            printf '%s\t%s\n' \
                --user 'the device of this user, in place of DEVICE' \
                --type 'with --user: only devices of this type'
        case 'device create'
            printf '%s\t%s\n' \
                --user 'whose device it is' \
                --email 'EMAIL: where codes go' \
                --phone 'SMS: where codes go' \
                --pin-stdin 'PIN: read it from stdin' \
                --digits 'TOTP, HOTP: 6, 7 or 8' \
                --algorithm 'TOTP, HOTP: SHA1, SHA256 or SHA512' \
                --period 'TOTP: 15 to 300' \
                --counter 'HOTP: the first counter' \
                --issuer 'TOTP, HOTP: who the app says that it is from' \
                --secret-stdin 'TOTP, HOTP: read an existing secret from stdin: Base32, hex, or an otpauth:// URI' \
                --allow-weak-secret 'take such a secret with 80 to 127 bits' \
                --confirm 'ask for the first code, and enable the device' \
                --qr 'draw the QR code: auto (on a terminal), always, never' \
                --qr-file 'write the QR code to a .png or .svg file (0600)' \
                --force 'overwrite the file' \
                --show-secret 'also print the otpauth:// URI and the Base32 secret'
        case 'device challenge'
            printf '%s\t%s\n' \
                --user 'the device of this user, in place of DEVICE' \
                --type 'with --user: only devices of this type' \
                --resend 'send a new code although one is under way' \
                --voice 'call instead of writing, for SMS devices' \
                --if-enrolled 'with --user: who never confirmed a device is exit 0 and a notice'
        case 'device verify'
            printf '%s\t%s\n' \
                --user 'the device of this user, in place of DEVICE' \
                --type 'with --user: only devices of this type' \
                --code-stdin 'read the code from stdin' \
                --if-enrolled 'with --user: who never confirmed a device is exit 0 and a notice'
        case 'device enable'
            printf '%s\t%s\n' \
                --user 'the device of this user, in place of DEVICE' \
                --type 'with --user: only devices of this type' \
                --all 'with --user: all of them' \
                --dry-run 'print what would happen, and change nothing'
        case 'device disable'
            printf '%s\t%s\n' \
                --user 'the device of this user, in place of DEVICE' \
                --type 'with --user: only devices of this type' \
                --all 'with --user: all of them' \
                --dry-run 'print what would happen, and change nothing'
        case 'device lock'
            printf '%s\t%s\n' \
                --user 'the device of this user, in place of DEVICE' \
                --type 'with --user: only devices of this type' \
                --all 'with --user: all of them' \
                --dry-run 'print what would happen, and change nothing'
        case 'device unlock'
            printf '%s\t%s\n' \
                --user 'the device of this user, in place of DEVICE' \
                --type 'with --user: only devices of this type' \
                --all 'with --user: all of them' \
                --dry-run 'print what would happen, and change nothing'
        case 'device update'
            printf '%s\t%s\n' \
                --user 'the device of this user, in place of DEVICE' \
                --type 'with --user: only devices of this type' \
                --email 'the new e-mail address of an EMAIL device' \
                --phone 'the new phone number of an SMS device'
        case 'device reset-fails'
            printf '%s\t%s\n' \
                --user 'the device of this user, in place of DEVICE' \
                --type 'with --user: only devices of this type' \
                --all 'with --user: all of them'
        case 'device resync'
            printf '%s\t%s\n' \
                --user 'the device of this user, in place of DEVICE' \
                --type 'with --user: only devices of this type'
        case 'device delete'
            printf '%s\t%s\n' \
                --user 'the device of this user, in place of DEVICE' \
                --type 'with --user: only devices of this type' \
                --all 'with --user: all of them'
        case 'settings list'
            printf '%s\t%s\n' \
                --changed 'only those whose value is not the default'
        case 'settings test'
            printf '%s\t%s\n' \
                --to 'an e-mail address or a phone number'
        case 'user set'
            printf '%s\t%s\n' \
                --attr 'an attribute (repeatable)' \
                --active 'whether their devices work: true or false' \
                --group 'a group that the user is in (repeatable)' \
                --no-groups 'the user is in no group'
        case 'user import'
            printf '%s\t%s\n' \
                --residue 'where rows go that fail' \
                --force 'let them take the place of a file that is there'
        case 'audit list'
            printf '%s\t%s\n' \
                --since 'from this time on' \
                --until 'up to this time' \
                --user 'what concerns the devices of this user' \
                --device 'what concerns this device, by id or exact name' \
                --actor 'what an OS user or an API key did: by name, or user:NAME and key:NAME for one of them' \
                --action 'one of the actions of the log, for example device.verify' \
                --after 'what is behind an entry, by its cursor in json' \
                --limit 'the newest so many; with --after the next so many'
        case 'audit export'
            printf '%s\t%s\n' \
                --since 'from this time on' \
                --until 'up to this time'
        case 'store check'
            printf '%s\t%s\n' \
                --repair 'first rebuild the indexes and take in the log, which loses nothing' \
                --sign 'after a question, sign what somebody else wrote in the store as it is now'
        case 'apikey create'
            printf '%s\t%s\n' \
                --role 'query, verify, door, unlock, cancel, enroll, manage, audit, export, helpdesk, super (repeatable)' \
                --scope 'the users that it may see and touch, as a filter' \
                --expires 'how long it is good: 90d, 6mo, 1y'
        case 'apikey rotate'
            printf '%s\t%s\n' \
                --overlap 'how long the old key stays good: 30min, 24h'
        case 'api'
            printf '%s\t%s\n' \
                --input 'the body, as JSON; - for stdin'
        case 'serve'
            printf '%s\t%s\n' \
                --host 'where to listen' \
                --port 'on which port; 0 for any that is free' \
                --socket 'a Unix socket in place of host and port' \
                --tls-cert 'the certificate and its chain, in PEM' \
                --tls-key 'the key of the certificate, in PEM, mode 0600' \
                --base-url 'where clients reach it, when that is not where it listens' \
                --trust-proxy 'whose X-Forwarded-For counts: addresses, networks; unix: the socket' \
                --rate-limit 'requests a minute of one client'
        case 'profile add'
            printf '%s\t%s\n' \
                --username 'who signs in with a password' \
                --dialect 'auto, rfc or soffid' \
                --timezone 'of times without one' \
                --ca-file 'certificates of the authority to trust' \
                --client-cert-file 'the certificate of this client' \
                --client-key-file 'the key of that certificate' \
                --concurrency 'requests at once, 1 to 100' \
                --rate-per-second 'requests a second at most' \
                --password-stdin 'take the password from stdin' \
                --token-stdin 'take a bearer token from stdin' \
                --rsa-url 'the address of RSA\'s Cloud Administration API' \
                --rsa-key-file 'the key file of an administrator (0600)' \
                --rsa-issuer 'OAuth: the issuer' \
                --rsa-client-id 'OAuth: the client' \
                --rsa-private-key-file 'OAuth: the private key, a JWK (0600)' \
                --rsa-scopes 'OAuth: scopes, separated by commas' \
                --rsa-ca-file 'certificates of the authority to trust, for RSA' \
                --scope 'the users that are there by it, as a filter' \
                --default 'make it the default profile'
        case 'profile login'
            printf '%s\t%s\n' \
                --password-stdin 'take the password from stdin' \
                --token-stdin 'take a bearer token from stdin' \
                --rsa-key-stdin 'take a key for RSA\'s API from stdin: a key file, or a JWK'
        case 'ds100 show'
            printf '%s\t%s\n' \
                --user-id 'who must hold it: the id of a user'
        case 'ds100 list'
            printf '%s\t%s\n' \
                --user 'the user with this e-mail address' \
                --user-id 'the user with this id'
        case 'ds100 disable'
            printf '%s\t%s\n' \
                --user 'the DS100 of this user, in place of SERIAL' \
                --user-id 'who must hold it: the id of a user' \
                --from 'each device that a file names; - for stdin' \
                --dry-run 'print what would happen, and change nothing' \
                --max 'change at most so many devices' \
                --concurrency 'requests at once' \
                --rate 'devices a second at most: 5 or 5/s' \
                --max-failures 'stop after more failures' \
                --journal 'where the journal is, of RSA' \
                --report 'write a report: .json, or .xml (JUnit)' \
                --force 'let outputs take the place of files that are there'
        case 'ds100 enable'
            printf '%s\t%s\n' \
                --user 'the DS100 of this user, in place of SERIAL' \
                --user-id 'who must hold it: the id of a user' \
                --from 'each device that a file names; - for stdin' \
                --dry-run 'print what would happen, and change nothing' \
                --max 'change at most so many devices' \
                --concurrency 'requests at once' \
                --rate 'devices a second at most: 5 or 5/s' \
                --max-failures 'stop after more failures' \
                --journal 'where the journal is, of RSA' \
                --report 'write a report: .json, or .xml (JUnit)' \
                --force 'let outputs take the place of files that are there'
        case 'ds100 clear-pin'
            printf '%s\t%s\n' \
                --user-id 'who must hold it: the id of a user'
        case 'ds100 delete'
            printf '%s\t%s\n' \
                --user-id 'who must hold it: the id of a user'
        case 'ds100 add'
            printf '%s\t%s\n' \
                --token-serial 'the 12 digits of its token' \
                --user-id 'who holds it: the id of a user' \
                --user 'the e-mail address of the holder, to find it by' \
                --name 'what the user calls it'
        case 'bulk disable-stale'
            printf '%s\t%s\n' \
                --filter 'a SCIM filter: \'type eq "TOTP" and lastUsed pr\'' \
                --user 'devices of this user' \
                --type 'devices of this type (repeatable)' \
                --status 'devices in this status (repeatable)' \
                --text 'every word is contained in user or name' \
                --unused-since 'last used at or before this time' \
                --unused-for 'last used so long ago or longer: 90d, 6mo' \
                --never-used 'devices never used: include, exclude or only (by their creation date)' \
                --created-before 'created before this time' \
                --first 'only the first n in the order of the run' \
                --dry-run 'print what would happen, and change nothing' \
                --plan-out 'write a plan for  bulk apply,  and change nothing' \
                --plan-expires 'how long the plan may be applied' \
                --as-of 'the present, for durations' \
                --max 'change at most so many devices' \
                --max-percent 'and at most this part of all devices, from 50 of them on' \
                --last-device 'users who would be left without an enabled device: warn, skip or refuse' \
                --ignore-signal 'go on although no device was used after the cut-off' \
                --concurrency 'requests at once, to remote places' \
                --rate 'rows a second at most: 50 or 50/s' \
                --max-failures 'stop after more failures' \
                --journal 'where the journal is, of remote places' \
                --report 'write a report: .json, or .xml (JUnit)' \
                --force 'let outputs take the place of files that are there'
        case 'bulk update'
            printf '%s\t%s\n' \
                --set-status 'created, enabled, locked or disabled' \
                --filter 'a SCIM filter: \'type eq "TOTP" and lastUsed pr\'' \
                --user 'devices of this user' \
                --type 'devices of this type (repeatable)' \
                --status 'devices in this status (repeatable)' \
                --text 'every word is contained in user or name' \
                --unused-since 'last used at or before this time' \
                --unused-for 'last used so long ago or longer: 90d, 6mo' \
                --never-used 'devices never used: include, exclude or only (by their creation date)' \
                --created-before 'created before this time' \
                --from 'the ids in a file, or - for stdin: one a line, CSV or JSON' \
                --first 'only the first n in the order of the run' \
                --dry-run 'print what would happen, and change nothing' \
                --plan-out 'write a plan for  bulk apply,  and change nothing' \
                --plan-expires 'how long the plan may be applied' \
                --as-of 'the present, for durations' \
                --max 'change at most so many devices' \
                --max-percent 'and at most this part of all devices, from 50 of them on' \
                --last-device 'users who would be left without an enabled device: warn, skip or refuse' \
                --ignore-signal 'go on although no device was used after the cut-off' \
                --concurrency 'requests at once, to remote places' \
                --rate 'rows a second at most: 50 or 50/s' \
                --max-failures 'stop after more failures' \
                --journal 'where the journal is, of remote places' \
                --report 'write a report: .json, or .xml (JUnit)' \
                --force 'let outputs take the place of files that are there'
        case 'bulk delete'
            printf '%s\t%s\n' \
                --filter 'a SCIM filter: \'type eq "TOTP" and lastUsed pr\'' \
                --user 'devices of this user' \
                --type 'devices of this type (repeatable)' \
                --status 'devices in this status (repeatable)' \
                --text 'every word is contained in user or name' \
                --unused-since 'last used at or before this time' \
                --unused-for 'last used so long ago or longer: 90d, 6mo' \
                --never-used 'devices never used: include, exclude or only (by their creation date)' \
                --created-before 'created before this time' \
                --from 'the ids in a file, or - for stdin: one a line, CSV or JSON' \
                --first 'only the first n in the order of the run' \
                --dry-run 'print what would happen, and change nothing' \
                --plan-out 'write a plan for  bulk apply,  and change nothing' \
                --plan-expires 'how long the plan may be applied' \
                --as-of 'the present, for durations' \
                --max 'change at most so many devices' \
                --max-percent 'and at most this part of all devices, from 50 of them on' \
                --last-device 'users who would be left without an enabled device: warn, skip or refuse' \
                --ignore-signal 'go on although no device was used after the cut-off' \
                --concurrency 'requests at once, to remote places' \
                --rate 'rows a second at most: 50 or 50/s' \
                --max-failures 'stop after more failures' \
                --journal 'where the journal is, of remote places' \
                --report 'write a report: .json, or .xml (JUnit)' \
                --force 'let outputs take the place of files that are there'
        case 'bulk create'
            printf '%s\t%s\n' \
                --qr-dir 'write a QR code for each TOTP and HOTP device into this folder' \
                --uris-out 'write their otpauth:// URIs into this CSV file' \
                --residue 'write the rows that failed into this file, to be run again' \
                --dry-run 'print what would happen, and change nothing' \
                --concurrency 'requests at once, to remote places' \
                --rate 'rows a second at most: 50 or 50/s' \
                --max-failures 'stop after more failures' \
                --journal 'where the journal is, of remote places' \
                --report 'write a report: .json, or .xml (JUnit)' \
                --force 'let outputs take the place of files that are there'
        case 'bulk apply'
            printf '%s\t%s\n' \
                --digest 'the SHA-256 of the plan that was looked at' \
                --first 'only the first n in the order of the run' \
                --dry-run 'print what would happen, and change nothing' \
                --max 'change at most so many devices' \
                --max-percent 'and at most this part of all devices, from 50 of them on' \
                --last-device 'users who would be left without an enabled device: warn, skip or refuse' \
                --ignore-signal 'go on although no device was used after the cut-off' \
                --concurrency 'requests at once, to remote places' \
                --rate 'rows a second at most: 50 or 50/s' \
                --max-failures 'stop after more failures' \
                --journal 'where the journal is, of remote places' \
                --report 'write a report: .json, or .xml (JUnit)' \
                --force 'let outputs take the place of files that are there'
        case 'bulk runs'
            printf '%s\t%s\n' \
                --journal 'where the journal is, of remote places'
        case 'bulk show'
            printf '%s\t%s\n' \
                --journal 'where the journal is, of remote places' \
                --report 'write a report: .json, or .xml (JUnit)' \
                --force 'let outputs take the place of files that are there'
        case 'bulk resume'
            printf '%s\t%s\n' \
                --journal 'where the journal is, of remote places' \
                --report 'write a report: .json, or .xml (JUnit)' \
                --force 'let outputs take the place of files that are there'
        case 'store backup'
            printf '%s\t%s\n' \
                --passphrase 'ask for a passphrase that will open it' \
                --passphrase-file 'the passphrase is in this file, of 0600' \
                --keep 'keep so many backups with the name of FILE' \
                --force 'overwrite FILE'
        case 'store restore'
            printf '%s\t%s\n' \
                --passphrase-file 'the passphrase is in this file, of 0600'
        case 'bulk undo'
            printf '%s\t%s\n' \
                --dry-run 'print what would happen, and change nothing' \
                --concurrency 'requests at once, to remote places' \
                --rate 'rows a second at most: 50 or 50/s' \
                --max-failures 'stop after more failures' \
                --journal 'where the journal is, of remote places' \
                --report 'write a report: .json, or .xml (JUnit)' \
                --force 'let outputs take the place of files that are there'
        case 'store key move'
            printf '%s\t%s\n' \
                --to 'file or keyring'
        case 'audit prune'
            printf '%s\t%s\n' \
                --before 'entries before this time'
        case 'store key rotate'
            printf '%s\t%s\n' \
                --new-key-file 'the next master key: 32 bytes in Base64, mode 0600'
    end
    switch $argv[1]
        case 'device list' 'device show' 'settings list' 'settings get' 'user list' 'user show' 'audit verify' 'apikey list' 'doctor' 'profile status' 'ds100 show' 'ds100 list' 'bulk runs' 'bulk show'
            printf '%s\t%s\n' \
                --profile 'the profile to work on (env OTPCTL_PROFILE; default: local)' \
                --store 'a local store file, without a profile (env OTPCTL_STORE)' \
                --url 'a server by its address or SCIM base, without a profile (env OTPCTL_URL)' \
                -o 'table, json, jsonl or csv' \
                --output 'table, json, jsonl or csv' \
                --columns 'which columns, in that order; in json and jsonl, which keys' \
                -q 'ids only, one a line' \
                --quiet 'ids only, one a line' \
                --no-input 'never ask: a question is an error (implied by CI=true)' \
                --no-color 'no colours (env NO_COLOR)' \
                -v 'say on stderr what happens' \
                --verbose 'say on stderr what happens' \
                --timeout 'of one try of a remote call' \
                --insecure-http 'allow http to another host than loopback; serve: listen for others without TLS' \
                --help 'what can be said'
        case 'device create' 'device challenge' 'device verify' 'device update' 'device resync' 'settings set' 'settings unset' 'settings test' 'user set' 'user remove' 'user import' 'audit list' 'apikey create' 'apikey rotate' 'apikey revoke' 'ds100 add' 'ds100 import'
            printf '%s\t%s\n' \
                --profile 'the profile to work on (env OTPCTL_PROFILE; default: local)' \
                --store 'a local store file, without a profile (env OTPCTL_STORE)' \
                --url 'a server by its address or SCIM base, without a profile (env OTPCTL_URL)' \
                -o 'table, json, jsonl or csv' \
                --output 'table, json, jsonl or csv' \
                --columns 'which columns, in that order; in json and jsonl, which keys' \
                -q 'ids only, one a line' \
                --quiet 'ids only, one a line' \
                --no-input 'never ask: a question is an error (implied by CI=true)' \
                --no-color 'no colours (env NO_COLOR)' \
                -v 'say on stderr what happens' \
                --verbose 'say on stderr what happens' \
                --timeout 'of one try of a remote call' \
                --insecure-http 'allow http to another host than loopback; serve: listen for others without TLS' \
                --reason 'kept in the audit log with every change' \
                --ticket 'kept in the audit log with every change' \
                --help 'what can be said'
        case 'device enable' 'device disable' 'device lock' 'device unlock' 'device reset-fails' 'device delete' 'settings import' 'ds100 disable' 'ds100 enable' 'ds100 clear-pin' 'ds100 delete' 'bulk disable-stale' 'bulk update' 'bulk delete' 'bulk create' 'bulk apply' 'bulk resume' 'bulk undo'
            printf '%s\t%s\n' \
                --profile 'the profile to work on (env OTPCTL_PROFILE; default: local)' \
                --store 'a local store file, without a profile (env OTPCTL_STORE)' \
                --url 'a server by its address or SCIM base, without a profile (env OTPCTL_URL)' \
                -o 'table, json, jsonl or csv' \
                --output 'table, json, jsonl or csv' \
                --columns 'which columns, in that order; in json and jsonl, which keys' \
                -q 'ids only, one a line' \
                --quiet 'ids only, one a line' \
                -y 'do not ask' \
                --yes 'do not ask' \
                --no-input 'never ask: a question is an error (implied by CI=true)' \
                --no-color 'no colours (env NO_COLOR)' \
                -v 'say on stderr what happens' \
                --verbose 'say on stderr what happens' \
                --timeout 'of one try of a remote call' \
                --insecure-http 'allow http to another host than loopback; serve: listen for others without TLS' \
                --reason 'kept in the audit log with every change' \
                --ticket 'kept in the audit log with every change' \
                --help 'what can be said'
        case 'settings export' 'api'
            printf '%s\t%s\n' \
                --profile 'the profile to work on (env OTPCTL_PROFILE; default: local)' \
                --store 'a local store file, without a profile (env OTPCTL_STORE)' \
                --url 'a server by its address or SCIM base, without a profile (env OTPCTL_URL)' \
                -o 'table, json, jsonl or csv' \
                --output 'table, json, jsonl or csv' \
                --no-input 'never ask: a question is an error (implied by CI=true)' \
                --no-color 'no colours (env NO_COLOR)' \
                -v 'say on stderr what happens' \
                --verbose 'say on stderr what happens' \
                --timeout 'of one try of a remote call' \
                --insecure-http 'allow http to another host than loopback; serve: listen for others without TLS' \
                --help 'what can be said'
        case 'audit export'
            printf '%s\t%s\n' \
                --profile 'the profile to work on (env OTPCTL_PROFILE; default: local)' \
                --store 'a local store file, without a profile (env OTPCTL_STORE)' \
                --url 'a server by its address or SCIM base, without a profile (env OTPCTL_URL)' \
                -o 'table, json, jsonl or csv' \
                --output 'table, json, jsonl or csv' \
                --no-input 'never ask: a question is an error (implied by CI=true)' \
                --no-color 'no colours (env NO_COLOR)' \
                -v 'say on stderr what happens' \
                --verbose 'say on stderr what happens' \
                --timeout 'of one try of a remote call' \
                --insecure-http 'allow http to another host than loopback; serve: listen for others without TLS' \
                --reason 'kept in the audit log with every change' \
                --ticket 'kept in the audit log with every change' \
                --help 'what can be said'
        case 'store init' 'store key move'
            printf '%s\t%s\n' \
                --profile 'the profile to work on (env OTPCTL_PROFILE; default: local)' \
                --store 'a local store file, without a profile (env OTPCTL_STORE)' \
                --url 'a server by its address or SCIM base, without a profile (env OTPCTL_URL)' \
                -o 'table, json, jsonl or csv' \
                --output 'table, json, jsonl or csv' \
                --columns 'which columns, in that order; in json and jsonl, which keys' \
                -q 'ids only, one a line' \
                --quiet 'ids only, one a line' \
                --no-input 'never ask: a question is an error (implied by CI=true)' \
                --no-color 'no colours (env NO_COLOR)' \
                -v 'say on stderr what happens' \
                --verbose 'say on stderr what happens' \
                --reason 'kept in the audit log with every change' \
                --ticket 'kept in the audit log with every change' \
                --help 'what can be said'
        case 'store info' 'store migrate' 'store backup' 'store key show'
            printf '%s\t%s\n' \
                --profile 'the profile to work on (env OTPCTL_PROFILE; default: local)' \
                --store 'a local store file, without a profile (env OTPCTL_STORE)' \
                --url 'a server by its address or SCIM base, without a profile (env OTPCTL_URL)' \
                -o 'table, json, jsonl or csv' \
                --output 'table, json, jsonl or csv' \
                --columns 'which columns, in that order; in json and jsonl, which keys' \
                -q 'ids only, one a line' \
                --quiet 'ids only, one a line' \
                --no-input 'never ask: a question is an error (implied by CI=true)' \
                --no-color 'no colours (env NO_COLOR)' \
                -v 'say on stderr what happens' \
                --verbose 'say on stderr what happens' \
                --help 'what can be said'
        case 'store check' 'store restore' 'audit repair' 'audit prune' 'store key rotate'
            printf '%s\t%s\n' \
                --profile 'the profile to work on (env OTPCTL_PROFILE; default: local)' \
                --store 'a local store file, without a profile (env OTPCTL_STORE)' \
                --url 'a server by its address or SCIM base, without a profile (env OTPCTL_URL)' \
                -o 'table, json, jsonl or csv' \
                --output 'table, json, jsonl or csv' \
                --columns 'which columns, in that order; in json and jsonl, which keys' \
                -q 'ids only, one a line' \
                --quiet 'ids only, one a line' \
                -y 'do not ask' \
                --yes 'do not ask' \
                --no-input 'never ask: a question is an error (implied by CI=true)' \
                --no-color 'no colours (env NO_COLOR)' \
                -v 'say on stderr what happens' \
                --verbose 'say on stderr what happens' \
                --reason 'kept in the audit log with every change' \
                --ticket 'kept in the audit log with every change' \
                --help 'what can be said'
        case 'serve'
            printf '%s\t%s\n' \
                --profile 'the profile to work on (env OTPCTL_PROFILE; default: local)' \
                --store 'a local store file, without a profile (env OTPCTL_STORE)' \
                --url 'a server by its address or SCIM base, without a profile (env OTPCTL_URL)' \
                -o 'table, json, jsonl or csv' \
                --output 'table, json, jsonl or csv' \
                --no-input 'never ask: a question is an error (implied by CI=true)' \
                --no-color 'no colours (env NO_COLOR)' \
                -v 'say on stderr what happens' \
                --verbose 'say on stderr what happens' \
                --insecure-http 'allow http to another host than loopback; serve: listen for others without TLS' \
                --help 'what can be said'
        case 'profile add'
            printf '%s\t%s\n' \
                --store 'a local store file, without a profile (env OTPCTL_STORE)' \
                --url 'a server by its address or SCIM base, without a profile (env OTPCTL_URL)' \
                -o 'table, json, jsonl or csv' \
                --output 'table, json, jsonl or csv' \
                --columns 'which columns, in that order; in json and jsonl, which keys' \
                -q 'ids only, one a line' \
                --quiet 'ids only, one a line' \
                --no-input 'never ask: a question is an error (implied by CI=true)' \
                --no-color 'no colours (env NO_COLOR)' \
                -v 'say on stderr what happens' \
                --verbose 'say on stderr what happens' \
                --timeout 'of one try of a remote call' \
                --insecure-http 'allow http to another host than loopback; serve: listen for others without TLS' \
                --help 'what can be said'
        case 'profile login'
            printf '%s\t%s\n' \
                -o 'table, json, jsonl or csv' \
                --output 'table, json, jsonl or csv' \
                --columns 'which columns, in that order; in json and jsonl, which keys' \
                -q 'ids only, one a line' \
                --quiet 'ids only, one a line' \
                --no-input 'never ask: a question is an error (implied by CI=true)' \
                --no-color 'no colours (env NO_COLOR)' \
                -v 'say on stderr what happens' \
                --verbose 'say on stderr what happens' \
                --timeout 'of one try of a remote call' \
                --insecure-http 'allow http to another host than loopback; serve: listen for others without TLS' \
                --help 'what can be said'
        case 'profile logout' 'profile list' 'profile show' 'profile use' 'profile remove'
            printf '%s\t%s\n' \
                -o 'table, json, jsonl or csv' \
                --output 'table, json, jsonl or csv' \
                --columns 'which columns, in that order; in json and jsonl, which keys' \
                -q 'ids only, one a line' \
                --quiet 'ids only, one a line' \
                --no-input 'never ask: a question is an error (implied by CI=true)' \
                --no-color 'no colours (env NO_COLOR)' \
                -v 'say on stderr what happens' \
                --verbose 'say on stderr what happens' \
                --help 'what can be said'
        case 'why'
            printf '%s\t%s\n' \
                --profile 'the profile to work on (env OTPCTL_PROFILE; default: local)' \
                --store 'a local store file, without a profile (env OTPCTL_STORE)' \
                --url 'a server by its address or SCIM base, without a profile (env OTPCTL_URL)' \
                -o 'table, json, jsonl or csv' \
                --output 'table, json, jsonl or csv' \
                -q 'ids only, one a line' \
                --quiet 'ids only, one a line' \
                --no-input 'never ask: a question is an error (implied by CI=true)' \
                --no-color 'no colours (env NO_COLOR)' \
                -v 'say on stderr what happens' \
                --verbose 'say on stderr what happens' \
                --timeout 'of one try of a remote call' \
                --insecure-http 'allow http to another host than loopback; serve: listen for others without TLS' \
                --help 'what can be said'
        case 'completion'
            printf '%s\t%s\n' \
                -o 'table, json, jsonl or csv' \
                --output 'table, json, jsonl or csv' \
                --no-input 'never ask: a question is an error (implied by CI=true)' \
                --no-color 'no colours (env NO_COLOR)' \
                -v 'say on stderr what happens' \
                --verbose 'say on stderr what happens' \
                --help 'what can be said'
        case '*'
            printf '%s\t%s\n' \
                --profile 'the profile to work on (env OTPCTL_PROFILE; default: local)' \
                --store 'a local store file, without a profile (env OTPCTL_STORE)' \
                --url 'a server by its address or SCIM base, without a profile (env OTPCTL_URL)' \
                -o 'table, json, jsonl or csv' \
                --output 'table, json, jsonl or csv' \
                --columns 'which columns, in that order; in json and jsonl, which keys' \
                -q 'ids only, one a line' \
                --quiet 'ids only, one a line' \
                -y 'do not ask' \
                --yes 'do not ask' \
                --no-input 'never ask: a question is an error (implied by CI=true)' \
                --no-color 'no colours (env NO_COLOR)' \
                -v 'say on stderr what happens' \
                --verbose 'say on stderr what happens' \
                --timeout 'of one try of a remote call' \
                --insecure-http 'allow http to another host than loopback; serve: listen for others without TLS' \
                --reason 'kept in the audit log with every change' \
                --ticket 'kept in the audit log with every change' \
                --help 'what can be said'
    end
end

function __otpctl_topics
    printf '%s\t%s\n' \
        exit-codes 'what an exit code says' \
        filters 'how devices are selected' \
        environment 'variables and files that otpctl reads' \
        scripting 'otpctl in scripts, cron and CI'
end

# What an option takes, or an argument by its number: =WORDS, ,WORDS with commas, :KIND, or anything; fails where nothing is taken.
function __otpctl_value
    switch $argv[1]
        case 'device list'
            switch $argv[2]
                case --filter --text --unused-since --unused-for --created-before --limit --start-index
                    echo ''
                    return 0
                case --user
                    echo ':users'
                    return 0
                case --type
                    echo '=totp hotp email sms pin'
                    return 0
                case --status
                    echo '=created enabled locked disabled'
                    return 0
                case --never-used
                    echo '=include exclude only'
                    return 0
                case --sort-by
                    echo '=id name type user status created lastUsed fails email phone'
                    return 0
                case --sort-order
                    echo '=ascending descending'
                    return 0
                case --columns
                    echo ',id name type user status created lastUsed fails email phone externalId'
                    return 0
            end
        case 'device show'
            switch $argv[2]
                case --user
                    echo ':users'
                    return 0
                case --type
                    echo '=totp hotp email sms pin'
                    return 0
                case --columns
                    echo ',id name type user status created lastUsed fails email phone externalId digits algorithm period acceptedForSeconds userState resyncNeeded'
                    return 0
                case 0
                    echo ':devices'
                    return 0
            end
        case 'device create'
            switch $argv[2]
                case --user
                    echo ':users'
                    return 0
                case --email --phone --digits --period --counter --issuer
                    echo ''
                    return 0
                case --algorithm
                    echo '=SHA1 SHA256 SHA512'
                    return 0
                case --qr
                    echo '=auto always never'
                    return 0
                case --qr-file
                    echo ':files'
                    return 0
                case --columns
                    echo ',id name type user status created lastUsed fails email phone externalId otpauthUri secret image'
                    return 0
                case 0
                    echo '=totp hotp email sms pin'
                    return 0
            end
        case 'device challenge'
            switch $argv[2]
                case --user
                    echo ':users'
                    return 0
                case --type
                    echo '=totp hotp email sms pin'
                    return 0
                case --columns
                    echo ',id cell cardNumber channel positions expires sent'
                    return 0
                case 0
                    echo ':devices'
                    return 0
            end
        case 'device verify'
            switch $argv[2]
                case --user
                    echo ':users'
                    return 0
                case --type
                    echo '=totp hotp email sms pin'
                    return 0
                case --columns
                    echo ',id success locked status fails resyncNeeded'
                    return 0
                case 0
                    echo ':devices'
                    return 0
                case 1
                    echo ''
                    return 0
            end
        case 'device enable'
            switch $argv[2]
                case --user
                    echo ':users'
                    return 0
                case --type
                    echo '=totp hotp email sms pin'
                    return 0
                case --columns
                    echo ',id name type user status created lastUsed fails email phone externalId run from to rule outcome reason'
                    return 0
                case '0*' '1*' '2*' '3*' '4*' '5*' '6*' '7*' '8*' '9*'
                    echo ':devices'
                    return 0
            end
        case 'device disable'
            switch $argv[2]
                case --user
                    echo ':users'
                    return 0
                case --type
                    echo '=totp hotp email sms pin'
                    return 0
                case --columns
                    echo ',id name type user status created lastUsed fails email phone externalId run from to rule outcome reason'
                    return 0
                case '0*' '1*' '2*' '3*' '4*' '5*' '6*' '7*' '8*' '9*'
                    echo ':devices'
                    return 0
            end
        case 'device lock'
            switch $argv[2]
                case --user
                    echo ':users'
                    return 0
                case --type
                    echo '=totp hotp email sms pin'
                    return 0
                case --columns
                    echo ',id name type user status created lastUsed fails email phone externalId run from to rule outcome reason'
                    return 0
                case '0*' '1*' '2*' '3*' '4*' '5*' '6*' '7*' '8*' '9*'
                    echo ':devices'
                    return 0
            end
        case 'device unlock'
            switch $argv[2]
                case --user
                    echo ':users'
                    return 0
                case --type
                    echo '=totp hotp email sms pin'
                    return 0
                case --columns
                    echo ',id name type user status created lastUsed fails email phone externalId run from to rule outcome reason'
                    return 0
                case '0*' '1*' '2*' '3*' '4*' '5*' '6*' '7*' '8*' '9*'
                    echo ':devices'
                    return 0
            end
        case 'device update'
            switch $argv[2]
                case --user
                    echo ':users'
                    return 0
                case --type
                    echo '=totp hotp email sms pin'
                    return 0
                case --email --phone
                    echo ''
                    return 0
                case --columns
                    echo ',id name type user status created lastUsed fails email phone externalId'
                    return 0
                case 0
                    echo ':devices'
                    return 0
            end
        case 'device reset-fails'
            switch $argv[2]
                case --user
                    echo ':users'
                    return 0
                case --type
                    echo '=totp hotp email sms pin'
                    return 0
                case --columns
                    echo ',id name type user status created lastUsed fails email phone externalId'
                    return 0
                case '0*' '1*' '2*' '3*' '4*' '5*' '6*' '7*' '8*' '9*'
                    echo ':devices'
                    return 0
            end
        case 'device resync'
            switch $argv[2]
                case --user
                    echo ':users'
                    return 0
                case --type
                    echo '=totp hotp email sms pin'
                    return 0
                case --columns
                    echo ',id success locked status fails resyncNeeded'
                    return 0
                case 0
                    echo ':devices'
                    return 0
                case '1*' '2*' '3*' '4*' '5*' '6*' '7*' '8*' '9*'
                    echo ''
                    return 0
            end
        case 'device delete'
            switch $argv[2]
                case --user
                    echo ':users'
                    return 0
                case --type
                    echo '=totp hotp email sms pin'
                    return 0
                case --columns
                    echo ',id deleted'
                    return 0
                case '0*' '1*' '2*' '3*' '4*' '5*' '6*' '7*' '8*' '9*'
                    echo ':devices'
                    return 0
            end
        case 'settings list'
            switch $argv[2]
                case --columns
                    echo ',key value default'
                    return 0
            end
        case 'settings get'
            switch $argv[2]
                case --columns
                    echo ',key value default'
                    return 0
                case 0
                    echo ':settings'
                    return 0
            end
        case 'settings set'
            switch $argv[2]
                case --columns
                    echo ',key before after'
                    return 0
                case '0*' '1*' '2*' '3*' '4*' '5*' '6*' '7*' '8*' '9*'
                    echo ':assignments'
                    return 0
            end
        case 'settings unset'
            switch $argv[2]
                case --columns
                    echo ',key before after'
                    return 0
                case '0*' '1*' '2*' '3*' '4*' '5*' '6*' '7*' '8*' '9*'
                    echo ':settings'
                    return 0
            end
        case 'settings import'
            switch $argv[2]
                case --columns
                    echo ',key before after'
                    return 0
                case 0
                    echo ':files'
                    return 0
            end
        case 'settings test'
            switch $argv[2]
                case --to
                    echo ''
                    return 0
                case --columns
                    echo ',step detail failed'
                    return 0
                case 0
                    echo '=email sms voice'
                    return 0
            end
        case 'user list'
            switch $argv[2]
                case --columns
                    echo ',id name active attributes groups enrolledSince created modified'
                    return 0
            end
        case 'user show'
            switch $argv[2]
                case --columns
                    echo ',id name active attributes groups enrolledSince created modified'
                    return 0
                case 0
                    echo ':users'
                    return 0
            end
        case 'user set'
            switch $argv[2]
                case --attr --group
                    echo ''
                    return 0
                case --active
                    echo '=true false'
                    return 0
                case --columns
                    echo ',id name active attributes groups enrolledSince created modified'
                    return 0
                case 0
                    echo ':users'
                    return 0
            end
        case 'user remove'
            switch $argv[2]
                case --columns
                    echo ',name deleted devices'
                    return 0
                case 0
                    echo ':users'
                    return 0
            end
        case 'user import'
            switch $argv[2]
                case --residue 0
                    echo ':files'
                    return 0
                case --columns
                    echo ',line name outcome reason'
                    return 0
            end
        case 'audit list'
            switch $argv[2]
                case --since --until --actor --after --limit
                    echo ''
                    return 0
                case --user
                    echo ':users'
                    return 0
                case --device
                    echo ':devices'
                    return 0
                case --action
                    echo '=device.create device.challenge device.verify device.enable device.disable device.lock device.unlock device.update device.reset-fails device.resync device.delete settings.set settings.unset settings.test user.set user.remove user.erase apikey.create apikey.rotate apikey.revoke ds100.add ds100.enable ds100.disable ds100.clear-pin ds100.delete audit.export audit.prune audit.repair store.init store.restore store.sign store.key.move store.key.rotate'
                    return 0
                case --columns
                    echo ',seq time actor action object result reason ticket verdict deviceId type user userId run door peer client erased chain cursor'
                    return 0
            end
        case 'audit verify'
            switch $argv[2]
                case --columns
                    echo ',intact entries seq sealed finding first last hash'
                    return 0
                case 0
                    echo ':files'
                    return 0
            end
        case 'audit export'
            switch $argv[2]
                case --since --until
                    echo ''
                    return 0
            end
        case 'store init'
            switch $argv[2]
                case --columns
                    echo ',path id schema created devices auditEntries size key sqlite'
                    return 0
            end
        case 'store info'
            switch $argv[2]
                case --columns
                    echo ',path id schema created devices auditEntries size key sqlite'
                    return 0
            end
        case 'store check'
            switch $argv[2]
                case --columns
                    echo ',finding remedy known'
                    return 0
            end
        case 'store migrate'
            switch $argv[2]
                case --columns
                    echo ',from to'
                    return 0
            end
        case 'apikey create'
            switch $argv[2]
                case --role
                    echo '=query verify door unlock cancel enroll manage audit export helpdesk super'
                    return 0
                case --scope --expires 0
                    echo ''
                    return 0
                case --columns
                    echo ',id name roles scope expires key'
                    return 0
            end
        case 'apikey list'
            switch $argv[2]
                case --columns
                    echo ',id name roles scope expires created rotated'
                    return 0
            end
        case 'apikey rotate'
            switch $argv[2]
                case --overlap
                    echo ''
                    return 0
                case --columns
                    echo ',id name roles scope expires key'
                    return 0
                case 0
                    echo ':apikeys'
                    return 0
            end
        case 'apikey revoke'
            switch $argv[2]
                case --columns
                    echo ',name revoked'
                    return 0
                case 0
                    echo ':apikeys'
                    return 0
            end
        case 'api'
            switch $argv[2]
                case --input
                    echo ':files'
                    return 0
                case 0
                    echo '=GET POST PUT PATCH DELETE'
                    return 0
                case 1
                    echo ''
                    return 0
            end
        case 'doctor'
            switch $argv[2]
                case --columns
                    echo ',check state finding remedy'
                    return 0
            end
        case 'serve'
            switch $argv[2]
                case --host --port --base-url --trust-proxy --rate-limit
                    echo ''
                    return 0
                case --socket --tls-cert --tls-key
                    echo ':files'
                    return 0
            end
        case 'profile add'
            switch $argv[2]
                case --username --timezone --concurrency --rate-per-second --rsa-url --rsa-issuer --rsa-client-id --rsa-scopes --scope 0
                    echo ''
                    return 0
                case --dialect
                    echo '=auto rfc soffid'
                    return 0
                case --ca-file --client-cert-file --client-key-file --rsa-key-file --rsa-private-key-file --rsa-ca-file
                    echo ':files'
                    return 0
                case --columns
                    echo ',name default place scope username dialect timezone caFile clientCertFile clientKeyFile timeout concurrency ratePerSecond rsa'
                    return 0
            end
        case 'profile login'
            switch $argv[2]
                case --columns
                    echo ',name default place scope username dialect timezone caFile clientCertFile clientKeyFile timeout concurrency ratePerSecond rsa'
                    return 0
                case 0
                    echo ':profiles'
                    return 0
            end
        case 'profile logout'
            switch $argv[2]
                case --columns
                    echo ',name default place scope username dialect timezone caFile clientCertFile clientKeyFile timeout concurrency ratePerSecond rsa'
                    return 0
                case 0
                    echo ':profiles'
                    return 0
            end
        case 'profile status'
            switch $argv[2]
                case --columns
                    echo ',profile place scope who secret signedIn dialect devices count supports rsa'
                    return 0
                case 0
                    echo ':profiles'
                    return 0
            end
        case 'profile list'
            switch $argv[2]
                case --columns
                    echo ',name default place scope username dialect timezone caFile clientCertFile clientKeyFile timeout concurrency ratePerSecond rsa'
                    return 0
            end
        case 'profile show'
            switch $argv[2]
                case --columns
                    echo ',name default place scope username dialect timezone caFile clientCertFile clientKeyFile timeout concurrency ratePerSecond rsa'
                    return 0
                case 0
                    echo ':profiles'
                    return 0
            end
        case 'profile use'
            switch $argv[2]
                case --columns
                    echo ',name default place scope username dialect timezone caFile clientCertFile clientKeyFile timeout concurrency ratePerSecond rsa'
                    return 0
                case 0
                    echo ':profiles'
                    return 0
            end
        case 'profile remove'
            switch $argv[2]
                case --columns
                    echo ',name removed'
                    return 0
                case 0
                    echo ':profiles'
                    return 0
            end
        case 'ds100 show'
            switch $argv[2]
                case --user-id
                    echo ''
                    return 0
                case --columns
                    echo ',deviceSerialNumber tokenSerialNumber userId tokenStatus tokenStatusChangedAt tokenStatusChangedBy name deviceType pinSet tokenState registeredDate updatedAt email'
                    return 0
                case 0
                    echo ':serials'
                    return 0
            end
        case 'ds100 list'
            switch $argv[2]
                case --user --user-id
                    echo ''
                    return 0
                case --columns
                    echo ',deviceSerialNumber tokenSerialNumber userId tokenStatus tokenStatusChangedAt tokenStatusChangedBy name deviceType pinSet tokenState registeredDate updatedAt email'
                    return 0
            end
        case 'ds100 disable'
            switch $argv[2]
                case --user --user-id --max --concurrency --rate --max-failures
                    echo ''
                    return 0
                case --from --journal --report
                    echo ':files'
                    return 0
                case --columns
                    echo ',deviceSerialNumber tokenSerialNumber userId tokenStatus tokenStatusChangedAt tokenStatusChangedBy name deviceType pinSet tokenState registeredDate updatedAt email run id user from to rule outcome reason'
                    return 0
                case 0
                    echo ':serials'
                    return 0
            end
        case 'ds100 enable'
            switch $argv[2]
                case --user --user-id --max --concurrency --rate --max-failures
                    echo ''
                    return 0
                case --from --journal --report
                    echo ':files'
                    return 0
                case --columns
                    echo ',deviceSerialNumber tokenSerialNumber userId tokenStatus tokenStatusChangedAt tokenStatusChangedBy name deviceType pinSet tokenState registeredDate updatedAt email run id user from to rule outcome reason'
                    return 0
                case 0
                    echo ':serials'
                    return 0
            end
        case 'ds100 clear-pin'
            switch $argv[2]
                case --user-id
                    echo ''
                    return 0
                case --columns
                    echo ',tokenSerialNumber pinSet'
                    return 0
                case 0
                    echo ':serials'
                    return 0
            end
        case 'ds100 delete'
            switch $argv[2]
                case --user-id
                    echo ''
                    return 0
                case --columns
                    echo ',deviceSerialNumber tokenSerialNumber userId deleted'
                    return 0
                case 0
                    echo ':serials'
                    return 0
            end
        case 'ds100 add'
            switch $argv[2]
                case --token-serial --user-id --user --name
                    echo ''
                    return 0
                case --columns
                    echo ',deviceSerialNumber tokenSerialNumber userId tokenStatus tokenStatusChangedAt tokenStatusChangedBy name deviceType pinSet tokenState registeredDate updatedAt email'
                    return 0
                case 0
                    echo ':serials'
                    return 0
            end
        case 'ds100 import'
            switch $argv[2]
                case --columns
                    echo ',deviceSerialNumber tokenSerialNumber userId tokenStatus tokenStatusChangedAt tokenStatusChangedBy name deviceType pinSet tokenState registeredDate updatedAt email'
                    return 0
                case 0
                    echo ':files'
                    return 0
            end
        case 'bulk disable-stale'
            switch $argv[2]
                case --filter --text --unused-since --unused-for --created-before --first --plan-expires --as-of --max --max-percent --concurrency --rate --max-failures
                    echo ''
                    return 0
                case --user
                    echo ':users'
                    return 0
                case --type
                    echo '=totp hotp email sms pin'
                    return 0
                case --status
                    echo '=created enabled locked disabled'
                    return 0
                case --never-used
                    echo '=include exclude only'
                    return 0
                case --plan-out --journal --report
                    echo ':files'
                    return 0
                case --last-device
                    echo '=warn skip refuse'
                    return 0
                case --columns
                    echo ',run id name user from to rule outcome reason'
                    return 0
            end
        case 'bulk update'
            switch $argv[2]
                case --set-status --status
                    echo '=created enabled locked disabled'
                    return 0
                case --filter --text --unused-since --unused-for --created-before --first --plan-expires --as-of --max --max-percent --concurrency --rate --max-failures
                    echo ''
                    return 0
                case --user
                    echo ':users'
                    return 0
                case --type
                    echo '=totp hotp email sms pin'
                    return 0
                case --never-used
                    echo '=include exclude only'
                    return 0
                case --from --plan-out --journal --report
                    echo ':files'
                    return 0
                case --last-device
                    echo '=warn skip refuse'
                    return 0
                case --columns
                    echo ',run id name user from to rule outcome reason'
                    return 0
            end
        case 'bulk delete'
            switch $argv[2]
                case --filter --text --unused-since --unused-for --created-before --first --plan-expires --as-of --max --max-percent --concurrency --rate --max-failures
                    echo ''
                    return 0
                case --user
                    echo ':users'
                    return 0
                case --type
                    echo '=totp hotp email sms pin'
                    return 0
                case --status
                    echo '=created enabled locked disabled'
                    return 0
                case --never-used
                    echo '=include exclude only'
                    return 0
                case --from --plan-out --journal --report
                    echo ':files'
                    return 0
                case --last-device
                    echo '=warn skip refuse'
                    return 0
                case --columns
                    echo ',run id name user from to rule outcome reason'
                    return 0
            end
        case 'bulk create'
            switch $argv[2]
                case --qr-dir
                    echo ':folders'
                    return 0
                case --uris-out --residue --journal --report 0
                    echo ':files'
                    return 0
                case --concurrency --rate --max-failures
                    echo ''
                    return 0
                case --columns
                    echo ',run id name user to rule outcome reason'
                    return 0
            end
        case 'bulk apply'
            switch $argv[2]
                case --digest --first --max --max-percent --concurrency --rate --max-failures
                    echo ''
                    return 0
                case --last-device
                    echo '=warn skip refuse'
                    return 0
                case --journal --report 0
                    echo ':files'
                    return 0
                case --columns
                    echo ',run id name user from to rule outcome reason'
                    return 0
            end
        case 'bulk runs'
            switch $argv[2]
                case --journal
                    echo ':files'
                    return 0
                case --columns
                    echo ',id command started state counts'
                    return 0
            end
        case 'bulk show'
            switch $argv[2]
                case --journal --report
                    echo ':files'
                    return 0
                case --columns
                    echo ',run id name user from to rule outcome reason'
                    return 0
                case 0
                    echo ':runs'
                    return 0
            end
        case 'bulk resume'
            switch $argv[2]
                case --journal --report
                    echo ':files'
                    return 0
                case --columns
                    echo ',run id name user from to rule outcome reason'
                    return 0
                case 0
                    echo ':runs'
                    return 0
            end
        case 'store backup'
            switch $argv[2]
                case --passphrase-file 0
                    echo ':files'
                    return 0
                case --keep
                    echo ''
                    return 0
                case --columns
                    echo ',file store schema time devices auditEntries size digest opensWith removed'
                    return 0
            end
        case 'store restore'
            switch $argv[2]
                case --passphrase-file 0
                    echo ':files'
                    return 0
                case --columns
                    echo ',path id time schema devices auditEntries key keptAside acceptsFrom resync'
                    return 0
            end
        case 'bulk undo'
            switch $argv[2]
                case --concurrency --rate --max-failures
                    echo ''
                    return 0
                case --journal --report
                    echo ':files'
                    return 0
                case --columns
                    echo ',run id name user from to rule outcome reason'
                    return 0
                case 0
                    echo ':runs'
                    return 0
            end
        case 'store key show'
            switch $argv[2]
                case --columns
                    echo ',store place where keyId since'
                    return 0
            end
        case 'store key move'
            switch $argv[2]
                case --to
                    echo '=file keyring'
                    return 0
                case --columns
                    echo ',store place where keyId since'
                    return 0
            end
        case 'audit repair'
            switch $argv[2]
                case --columns
                    echo ',part first last entries finding by'
                    return 0
            end
        case 'audit prune'
            switch $argv[2]
                case --before
                    echo ''
                    return 0
                case --columns
                    echo ',first last entries'
                    return 0
            end
        case 'store key rotate'
            switch $argv[2]
                case --new-key-file
                    echo ':files'
                    return 0
                case --columns
                    echo ',from to sealed where'
                    return 0
            end
        case 'why'
            switch $argv[2]
                case 0
                    echo ':users'
                    return 0
            end
        case 'completion'
            switch $argv[2]
                case 0
                    echo '=bash zsh fish'
                    return 0
            end
    end
    switch $argv[2]
        case --profile
            echo ':profiles'
            return 0
        case --store
            echo ':files'
            return 0
        case --url --columns --timeout --reason --ticket
            echo ''
            return 0
        case -o --output
            echo '=table json jsonl csv'
            return 0
    end
    return 1
end

function __otpctl_values_like
    set -l prefix $argv[1]
    set -l lead $argv[2]
    set -l kind $argv[3]
    switch $kind
        case '=*'
            for word in (string split ' ' -- (string sub -s 2 -- $kind))
                printf '%s\n' $lead$word
            end
        case ',*'
            # Of a list, what was not named yet.
            set -l before (string replace -r '[^,]*$' '' -- $prefix)
            for word in (string split ' ' -- (string sub -s 2 -- $kind))
                if not contains -- $word (string split , -- $before)
                    printf '%s\n' $lead$before$word
                end
            end
        case ':files'
            for path in (__fish_complete_path $prefix)
                printf '%s\n' $lead$path
            end
        case ':folders'
            for path in (__fish_complete_directories $prefix '')
                printf '%s\n' $lead$path
            end
        case ':*'
            for line in (command otpctl __complete (string sub -s 2 -- $kind) $prefix $argv[4..-1] </dev/null 2>/dev/null)
                printf '%s\n' $lead$line
            end
    end
end

function __otpctl_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    # What is quoted, and may not be closed yet, as it is meant.
    set -l current (string unescape -- $typed; or string unescape -- "$typed'"; or string unescape -- "$typed\""; or printf '%s\n' $typed)
    set -l path ''
    set -l place
    set -l pending ''
    set -l help 0
    set -l rest 0
    set -l count 0
    for word in $words[2..-1]
        set -l name ''
        set -l value ''
        if test -n "$pending"
            set name $pending
            set value $word
            set pending ''
        else if test $rest = 0; and test "$word" = --
            set rest 1
        else if test $rest = 0; and string match -q -- '--*=*' $word
            set name (string replace -r '=.*' '' -- $word)
            set value (string replace -r '^[^=]*=' '' -- $word)
        else if test $rest = 0; and string match -q -- '--*' $word
            if __otpctl_value "$path" $word >/dev/null
                set pending $word
            end
        else if test $rest = 0; and string match -q -- '-?*' $word
            # Of short options that stand together only the last can have its value in the next word.
            set -l short -(string sub -s -1 -- $word)
            if __otpctl_value "$path" $short >/dev/null
                set pending $short
            end
        else if test -z "$path"; and test $help = 0; and test "$word" = help
            set help 1
        else
            set -l children (__otpctl_children "$path" | string replace -r '\t.*' '')
            if contains -- "$word" $children
                set path (string trim -- "$path $word")
            else if set -q children[1]
                return
            else
                set count (math $count + 1)
            end
        end
        switch $name
            case --store --profile --url
                set -a place $name (string replace -r '^~/' "$HOME/" -- $value)
        end
    end

    set -l children (__otpctl_children "$path")
    if test -n "$pending"
        set -l kind (__otpctl_value "$path" $pending)
        __otpctl_values_like "$current" '' "$kind" $place
    else if test $rest = 0; and string match -q -- '--*=*' $current
        set -l name (string replace -r '=.*' '' -- $current)
        set -l kind (__otpctl_value "$path" $name)
        __otpctl_values_like (string replace -r '^[^=]*=' '' -- $current) $name= "$kind" $place
    else if test $rest = 0; and string match -q -- '-*' $current
        __otpctl_options "$path"
    else if set -q children[1]
        printf '%s\n' $children
        if test -z "$path"
            if test $help = 1
                __otpctl_topics
            else
                printf '%s\t%s\n' help 'help for a command or a topic'
            end
        end
    else if test $help = 0
        set -l kind (__otpctl_value "$path" $count)
        __otpctl_values_like "$current" '' "$kind" $place
    end
end

complete -c otpctl -f -a '(__otpctl_complete)'
