# Completion of otpctl for bash: generated, see otpctl completion --help

__otpctl_children() {
  case $1 in
    '') REPLY='device settings user audit store apikey api doctor serve profile ds100 bulk why completion' ;;
    'device') REPLY='list show create challenge verify enable disable lock unlock update reset-fails resync delete' ;;
    'settings') REPLY='list get set unset export import test' ;;
    'user') REPLY='list show set remove import' ;;
    'audit') REPLY='list verify export repair prune' ;;
    'store') REPLY='init info check migrate backup restore key' ;;
    'apikey') REPLY='create list rotate revoke' ;;
    'profile') REPLY='add login logout status list show use remove' ;;
    'ds100') REPLY='show list disable enable clear-pin delete add import' ;;
    'bulk') REPLY='disable-stale update delete create apply runs show resume undo' ;;
    'store key') REPLY='show move rotate' ;;
    *) REPLY='' ;;
  esac
}

__otpctl_options() {
  case $1 in
    'device list') REPLY='--filter --user --type --status --text --unused-since --unused-for --never-used --created-before --sort-by --sort-order --limit --start-index --all --count --explain' ;;
    'device show') REPLY='--user --type' ;;
    'device create') REPLY='--user --email --phone --pin-stdin --digits --algorithm --period --counter --issuer --secret-stdin --allow-weak-secret --confirm --qr --qr-file --force --show-secret' ;;
    'device challenge') REPLY='--user --type --resend --voice --if-enrolled' ;;
    'device verify') REPLY='--user --type --code-stdin --if-enrolled' ;;
    'device enable') REPLY='--user --type --all --dry-run' ;;
    'device disable') REPLY='--user --type --all --dry-run' ;;
    'device lock') REPLY='--user --type --all --dry-run' ;;
    'device unlock') REPLY='--user --type --all --dry-run' ;;
    'device update') REPLY='--user --type --email --phone' ;;
    'device reset-fails') REPLY='--user --type --all' ;;
    'device resync') REPLY='--user --type' ;;
    'device delete') REPLY='--user --type --all' ;;
    'settings list') REPLY='--changed' ;;
    'settings test') REPLY='--to' ;;
    'user set') REPLY='--attr --active --group --no-groups' ;;
    'user import') REPLY='--residue --force' ;;
    'audit list') REPLY='--since --until --user --device --actor --action --after --limit' ;;
    'audit export') REPLY='--since --until' ;;
    'store check') REPLY='--repair --sign' ;;
    'apikey create') REPLY='--role --scope --expires' ;;
    'apikey rotate') REPLY='--overlap' ;;
    'api') REPLY='--input' ;;
    'serve') REPLY='--host --port --socket --tls-cert --tls-key --base-url --trust-proxy --rate-limit' ;;
    'profile add') REPLY='--username --dialect --timezone --ca-file --client-cert-file --client-key-file --concurrency --rate-per-second --password-stdin --token-stdin --rsa-url --rsa-key-file --rsa-issuer --rsa-client-id --rsa-private-key-file --rsa-scopes --rsa-ca-file --scope --default' ;;
    'profile login') REPLY='--password-stdin --token-stdin --rsa-key-stdin' ;;
    'ds100 show') REPLY='--user-id' ;;
    'ds100 list') REPLY='--user --user-id' ;;
    'ds100 disable') REPLY='--user --user-id --from --dry-run --max --concurrency --rate --max-failures --journal --report --force' ;;
    'ds100 enable') REPLY='--user --user-id --from --dry-run --max --concurrency --rate --max-failures --journal --report --force' ;;
    'ds100 clear-pin') REPLY='--user-id' ;;
    'ds100 delete') REPLY='--user-id' ;;
    'ds100 add') REPLY='--token-serial --user-id --user --name' ;;
    'bulk disable-stale') REPLY='--filter --user --type --status --text --unused-since --unused-for --never-used --created-before --first --dry-run --plan-out --plan-expires --as-of --max --max-percent --last-device --ignore-signal --concurrency --rate --max-failures --journal --report --force' ;;
    'bulk update') REPLY='--set-status --filter --user --type --status --text --unused-since --unused-for --never-used --created-before --from --first --dry-run --plan-out --plan-expires --as-of --max --max-percent --last-device --ignore-signal --concurrency --rate --max-failures --journal --report --force' ;;
    'bulk delete') REPLY='--filter --user --type --status --text --unused-since --unused-for --never-used --created-before --from --first --dry-run --plan-out --plan-expires --as-of --max --max-percent --last-device --ignore-signal --concurrency --rate --max-failures --journal --report --force' ;;
    'bulk create') REPLY='--qr-dir --uris-out --residue --dry-run --concurrency --rate --max-failures --journal --report --force' ;;
    'bulk apply') REPLY='--digest --first --dry-run --max --max-percent --last-device --ignore-signal --concurrency --rate --max-failures --journal --report --force' ;;
    'bulk runs') REPLY='--journal' ;;
    'bulk show') REPLY='--journal --report --force' ;;
    'bulk resume') REPLY='--journal --report --force' ;;
    'store backup') REPLY='--passphrase --passphrase-file --keep --force' ;;
    'store restore') REPLY='--passphrase-file' ;;
    'bulk undo') REPLY='--dry-run --concurrency --rate --max-failures --journal --report --force' ;;
    'store key move') REPLY='--to' ;;
    'audit prune') REPLY='--before' ;;
    'store key rotate') REPLY='--new-key-file' ;;
    *) REPLY='' ;;
  esac
  case $1 in
    'device list' | 'device show' | 'settings list' | 'settings get' | 'user list' | 'user show' | 'audit verify' | 'apikey list' | 'doctor' | 'profile status' | 'ds100 show' | 'ds100 list' | 'bulk runs' | 'bulk show') REPLY="$REPLY --profile --store --url -o --output --columns -q --quiet --no-input --no-color -v --verbose --timeout --insecure-http --help" ;;
    'device create' | 'device challenge' | 'device verify' | 'device update' | 'device resync' | 'settings set' | 'settings unset' | 'settings test' | 'user set' | 'user remove' | 'user import' | 'audit list' | 'apikey create' | 'apikey rotate' | 'apikey revoke' | 'ds100 add' | 'ds100 import') REPLY="$REPLY --profile --store --url -o --output --columns -q --quiet --no-input --no-color -v --verbose --timeout --insecure-http --reason --ticket --help" ;;
    'device enable' | 'device disable' | 'device lock' | 'device unlock' | 'device reset-fails' | 'device delete' | 'settings import' | 'ds100 disable' | 'ds100 enable' | 'ds100 clear-pin' | 'ds100 delete' | 'bulk disable-stale' | 'bulk update' | 'bulk delete' | 'bulk create' | 'bulk apply' | 'bulk resume' | 'bulk undo') REPLY="$REPLY --profile --store --url -o --output --columns -q --quiet -y --yes --no-input --no-color -v --verbose --timeout --insecure-http --reason --ticket --help" ;;
    'settings export' | 'api') REPLY="$REPLY --profile --store --url -o --output --no-input --no-color -v --verbose --timeout --insecure-http --help" ;;
    'audit export') REPLY="$REPLY --profile --store --url -o --output --no-input --no-color -v --verbose --timeout --insecure-http --reason --ticket --help" ;;
    'store init' | 'store key move') REPLY="$REPLY --profile --store --url -o --output --columns -q --quiet --no-input --no-color -v --verbose --reason --ticket --help" ;;
    'store info' | 'store migrate' | 'store backup' | 'store key show') REPLY="$REPLY --profile --store --url -o --output --columns -q --quiet --no-input --no-color -v --verbose --help" ;;
    'store check' | 'store restore' | 'audit repair' | 'audit prune' | 'store key rotate') REPLY="$REPLY --profile --store --url -o --output --columns -q --quiet -y --yes --no-input --no-color -v --verbose --reason --ticket --help" ;;
    'serve') REPLY="$REPLY --profile --store --url -o --output --no-input --no-color -v --verbose --insecure-http --help" ;;
    'profile add') REPLY="$REPLY --store --url -o --output --columns -q --quiet --no-input --no-color -v --verbose --timeout --insecure-http --help" ;;
    'profile login') REPLY="$REPLY -o --output --columns -q --quiet --no-input --no-color -v --verbose --timeout --insecure-http --help" ;;
    'profile logout' | 'profile list' | 'profile show' | 'profile use' | 'profile remove') REPLY="$REPLY -o --output --columns -q --quiet --no-input --no-color -v --verbose --help" ;;
    'why') REPLY="$REPLY --profile --store --url -o --output -q --quiet --no-input --no-color -v --verbose --timeout --insecure-http --help" ;;
    'completion') REPLY="$REPLY -o --output --no-input --no-color -v --verbose --help" ;;
    *) REPLY="$REPLY --profile --store --url -o --output --columns -q --quiet -y --yes --no-input --no-color -v --verbose --timeout --insecure-http --reason --ticket --help" ;;
  esac
}

# What an option takes, or an argument by its number: =WORDS, ,WORDS with commas, :KIND, or anything; fails where nothing is taken.
__otpctl_value() {
  case $1 in
    'device list')
      case $2 in
        --filter | --text | --unused-since | --unused-for | --created-before | --limit | --start-index) REPLY=''; return ;;
        --user) REPLY=':users'; return ;;
        --type) REPLY='=totp hotp email sms pin'; return ;;
        --status) REPLY='=created enabled locked disabled'; return ;;
        --never-used) REPLY='=include exclude only'; return ;;
        --sort-by) REPLY='=id name type user status created lastUsed fails email phone'; return ;;
        --sort-order) REPLY='=ascending descending'; return ;;
        --columns) REPLY=',id name type user status created lastUsed fails email phone externalId'; return ;;
      esac
      ;;
    'device show')
      case $2 in
        --user) REPLY=':users'; return ;;
        --type) REPLY='=totp hotp email sms pin'; return ;;
        --columns) REPLY=',id name type user status created lastUsed fails email phone externalId digits algorithm period acceptedForSeconds userState resyncNeeded'; return ;;
        0) REPLY=':devices'; return ;;
      esac
      ;;
    'device create')
      case $2 in
        --user) REPLY=':users'; return ;;
        --email | --phone | --digits | --period | --counter | --issuer) REPLY=''; return ;;
        --algorithm) REPLY='=SHA1 SHA256 SHA512'; return ;;
        --qr) REPLY='=auto always never'; return ;;
        --qr-file) REPLY=':files'; return ;;
        --columns) REPLY=',id name type user status created lastUsed fails email phone externalId otpauthUri secret image'; return ;;
        0) REPLY='=totp hotp email sms pin'; return ;;
      esac
      ;;
    'device challenge')
      case $2 in
        --user) REPLY=':users'; return ;;
        --type) REPLY='=totp hotp email sms pin'; return ;;
        --columns) REPLY=',id cell cardNumber channel positions expires sent'; return ;;
        0) REPLY=':devices'; return ;;
      esac
      ;;
    'device verify')
      case $2 in
        --user) REPLY=':users'; return ;;
        --type) REPLY='=totp hotp email sms pin'; return ;;
        --columns) REPLY=',id success locked status fails resyncNeeded'; return ;;
        0) REPLY=':devices'; return ;;
        1) REPLY=''; return ;;
      esac
      ;;
    'device enable')
      case $2 in
        --user) REPLY=':users'; return ;;
        --type) REPLY='=totp hotp email sms pin'; return ;;
        --columns) REPLY=',id name type user status created lastUsed fails email phone externalId run from to rule outcome reason'; return ;;
        [0-9]*) REPLY=':devices'; return ;;
      esac
      ;;
    'device disable')
      case $2 in
        --user) REPLY=':users'; return ;;
        --type) REPLY='=totp hotp email sms pin'; return ;;
        --columns) REPLY=',id name type user status created lastUsed fails email phone externalId run from to rule outcome reason'; return ;;
        [0-9]*) REPLY=':devices'; return ;;
      esac
      ;;
    'device lock')
      case $2 in
        --user) REPLY=':users'; return ;;
        --type) REPLY='=totp hotp email sms pin'; return ;;
        --columns) REPLY=',id name type user status created lastUsed fails email phone externalId run from to rule outcome reason'; return ;;
        [0-9]*) REPLY=':devices'; return ;;
      esac
      ;;
    'device unlock')
      case $2 in
        --user) REPLY=':users'; return ;;
        --type) REPLY='=totp hotp email sms pin'; return ;;
        --columns) REPLY=',id name type user status created lastUsed fails email phone externalId run from to rule outcome reason'; return ;;
        [0-9]*) REPLY=':devices'; return ;;
      esac
      ;;
    'device update')
      case $2 in
        --user) REPLY=':users'; return ;;
        --type) REPLY='=totp hotp email sms pin'; return ;;
        --email | --phone) REPLY=''; return ;;
        --columns) REPLY=',id name type user status created lastUsed fails email phone externalId'; return ;;
        0) REPLY=':devices'; return ;;
      esac
      ;;
    'device reset-fails')
      case $2 in
        --user) REPLY=':users'; return ;;
        --type) REPLY='=totp hotp email sms pin'; return ;;
        --columns) REPLY=',id name type user status created lastUsed fails email phone externalId'; return ;;
        [0-9]*) REPLY=':devices'; return ;;
      esac
      ;;
    'device resync')
      case $2 in
        --user) REPLY=':users'; return ;;
        --type) REPLY='=totp hotp email sms pin'; return ;;
        --columns) REPLY=',id success locked status fails resyncNeeded'; return ;;
        0) REPLY=':devices'; return ;;
        [1-9]*) REPLY=''; return ;;
      esac
      ;;
    'device delete')
      case $2 in
        --user) REPLY=':users'; return ;;
        --type) REPLY='=totp hotp email sms pin'; return ;;
        --columns) REPLY=',id deleted'; return ;;
        [0-9]*) REPLY=':devices'; return ;;
      esac
      ;;
    'settings list')
      case $2 in
        --columns) REPLY=',key value default'; return ;;
      esac
      ;;
    'settings get')
      case $2 in
        --columns) REPLY=',key value default'; return ;;
        0) REPLY=':settings'; return ;;
      esac
      ;;
    'settings set')
      case $2 in
        --columns) REPLY=',key before after'; return ;;
        [0-9]*) REPLY=':assignments'; return ;;
      esac
      ;;
    'settings unset')
      case $2 in
        --columns) REPLY=',key before after'; return ;;
        [0-9]*) REPLY=':settings'; return ;;
      esac
      ;;
    'settings import')
      case $2 in
        --columns) REPLY=',key before after'; return ;;
        0) REPLY=':files'; return ;;
      esac
      ;;
    'settings test')
      case $2 in
        --to) REPLY=''; return ;;
        --columns) REPLY=',step detail failed'; return ;;
        0) REPLY='=email sms voice'; return ;;
      esac
      ;;
    'user list')
      case $2 in
        --columns) REPLY=',id name active attributes groups enrolledSince created modified'; return ;;
      esac
      ;;
    'user show')
      case $2 in
        --columns) REPLY=',id name active attributes groups enrolledSince created modified'; return ;;
        0) REPLY=':users'; return ;;
      esac
      ;;
    'user set')
      case $2 in
        --attr | --group) REPLY=''; return ;;
        --active) REPLY='=true false'; return ;;
        --columns) REPLY=',id name active attributes groups enrolledSince created modified'; return ;;
        0) REPLY=':users'; return ;;
      esac
      ;;
    'user remove')
      case $2 in
        --columns) REPLY=',name deleted devices'; return ;;
        0) REPLY=':users'; return ;;
      esac
      ;;
    'user import')
      case $2 in
        --residue | 0) REPLY=':files'; return ;;
        --columns) REPLY=',line name outcome reason'; return ;;
      esac
      ;;
    'audit list')
      case $2 in
        --since | --until | --actor | --after | --limit) REPLY=''; return ;;
        --user) REPLY=':users'; return ;;
        --device) REPLY=':devices'; return ;;
        --action) REPLY='=device.create device.challenge device.verify device.enable device.disable device.lock device.unlock device.update device.reset-fails device.resync device.delete settings.set settings.unset settings.test user.set user.remove user.erase apikey.create apikey.rotate apikey.revoke ds100.add ds100.enable ds100.disable ds100.clear-pin ds100.delete audit.export audit.prune audit.repair store.init store.restore store.sign store.key.move store.key.rotate'; return ;;
        --columns) REPLY=',seq time actor action object result reason ticket verdict deviceId type user userId run door peer client erased chain cursor'; return ;;
      esac
      ;;
    'audit verify')
      case $2 in
        --columns) REPLY=',intact entries seq sealed finding first last hash'; return ;;
        0) REPLY=':files'; return ;;
      esac
      ;;
    'audit export')
      case $2 in
        --since | --until) REPLY=''; return ;;
      esac
      ;;
    'store init')
      case $2 in
        --columns) REPLY=',path id schema created devices auditEntries size key sqlite'; return ;;
      esac
      ;;
    'store info')
      case $2 in
        --columns) REPLY=',path id schema created devices auditEntries size key sqlite'; return ;;
      esac
      ;;
    'store check')
      case $2 in
        --columns) REPLY=',finding remedy known'; return ;;
      esac
      ;;
    'store migrate')
      case $2 in
        --columns) REPLY=',from to'; return ;;
      esac
      ;;
    'apikey create')
      case $2 in
        --role) REPLY='=query verify door unlock cancel enroll manage audit export helpdesk super'; return ;;
        --scope | --expires | 0) REPLY=''; return ;;
        --columns) REPLY=',id name roles scope expires key'; return ;;
      esac
      ;;
    'apikey list')
      case $2 in
        --columns) REPLY=',id name roles scope expires created rotated'; return ;;
      esac
      ;;
    'apikey rotate')
      case $2 in
        --overlap) REPLY=''; return ;;
        --columns) REPLY=',id name roles scope expires key'; return ;;
        0) REPLY=':apikeys'; return ;;
      esac
      ;;
    'apikey revoke')
      case $2 in
        --columns) REPLY=',name revoked'; return ;;
        0) REPLY=':apikeys'; return ;;
      esac
      ;;
    'api')
      case $2 in
        --input) REPLY=':files'; return ;;
        0) REPLY='=GET POST PUT PATCH DELETE'; return ;;
        1) REPLY=''; return ;;
      esac
      ;;
    'doctor')
      case $2 in
        --columns) REPLY=',check state finding remedy'; return ;;
      esac
      ;;
    'serve')
      case $2 in
        --host | --port | --base-url | --trust-proxy | --rate-limit) REPLY=''; return ;;
        --socket | --tls-cert | --tls-key) REPLY=':files'; return ;;
      esac
      ;;
    'profile add')
      case $2 in
        --username | --timezone | --concurrency | --rate-per-second | --rsa-url | --rsa-issuer | --rsa-client-id | --rsa-scopes | --scope | 0) REPLY=''; return ;;
        --dialect) REPLY='=auto rfc soffid'; return ;;
        --ca-file | --client-cert-file | --client-key-file | --rsa-key-file | --rsa-private-key-file | --rsa-ca-file) REPLY=':files'; return ;;
        --columns) REPLY=',name default place scope username dialect timezone caFile clientCertFile clientKeyFile timeout concurrency ratePerSecond rsa'; return ;;
      esac
      ;;
    'profile login')
      case $2 in
        --columns) REPLY=',name default place scope username dialect timezone caFile clientCertFile clientKeyFile timeout concurrency ratePerSecond rsa'; return ;;
        0) REPLY=':profiles'; return ;;
      esac
      ;;
    'profile logout')
      case $2 in
        --columns) REPLY=',name default place scope username dialect timezone caFile clientCertFile clientKeyFile timeout concurrency ratePerSecond rsa'; return ;;
        0) REPLY=':profiles'; return ;;
      esac
      ;;
    'profile status')
      case $2 in
        --columns) REPLY=',profile place scope who secret signedIn dialect devices count supports rsa'; return ;;
        0) REPLY=':profiles'; return ;;
      esac
      ;;
    'profile list')
      case $2 in
        --columns) REPLY=',name default place scope username dialect timezone caFile clientCertFile clientKeyFile timeout concurrency ratePerSecond rsa'; return ;;
      esac
      ;;
    'profile show')
      case $2 in
        --columns) REPLY=',name default place scope username dialect timezone caFile clientCertFile clientKeyFile timeout concurrency ratePerSecond rsa'; return ;;
        0) REPLY=':profiles'; return ;;
      esac
      ;;
    'profile use')
      case $2 in
        --columns) REPLY=',name default place scope username dialect timezone caFile clientCertFile clientKeyFile timeout concurrency ratePerSecond rsa'; return ;;
        0) REPLY=':profiles'; return ;;
      esac
      ;;
    'profile remove')
      case $2 in
        --columns) REPLY=',name removed'; return ;;
        0) REPLY=':profiles'; return ;;
      esac
      ;;
    'ds100 show')
      case $2 in
        --user-id) REPLY=''; return ;;
        --columns) REPLY=',deviceSerialNumber tokenSerialNumber userId tokenStatus tokenStatusChangedAt tokenStatusChangedBy name deviceType pinSet tokenState registeredDate updatedAt email'; return ;;
        0) REPLY=':serials'; return ;;
      esac
      ;;
    'ds100 list')
      case $2 in
        --user | --user-id) REPLY=''; return ;;
        --columns) REPLY=',deviceSerialNumber tokenSerialNumber userId tokenStatus tokenStatusChangedAt tokenStatusChangedBy name deviceType pinSet tokenState registeredDate updatedAt email'; return ;;
      esac
      ;;
    'ds100 disable')
      case $2 in
        --user | --user-id | --max | --concurrency | --rate | --max-failures) REPLY=''; return ;;
        --from | --journal | --report) REPLY=':files'; return ;;
        --columns) REPLY=',deviceSerialNumber tokenSerialNumber userId tokenStatus tokenStatusChangedAt tokenStatusChangedBy name deviceType pinSet tokenState registeredDate updatedAt email run id user from to rule outcome reason'; return ;;
        0) REPLY=':serials'; return ;;
      esac
      ;;
    'ds100 enable')
      case $2 in
        --user | --user-id | --max | --concurrency | --rate | --max-failures) REPLY=''; return ;;
        --from | --journal | --report) REPLY=':files'; return ;;
        --columns) REPLY=',deviceSerialNumber tokenSerialNumber userId tokenStatus tokenStatusChangedAt tokenStatusChangedBy name deviceType pinSet tokenState registeredDate updatedAt email run id user from to rule outcome reason'; return ;;
        0) REPLY=':serials'; return ;;
      esac
      ;;
    'ds100 clear-pin')
      case $2 in
        --user-id) REPLY=''; return ;;
        --columns) REPLY=',tokenSerialNumber pinSet'; return ;;
        0) REPLY=':serials'; return ;;
      esac
      ;;
    'ds100 delete')
      case $2 in
        --user-id) REPLY=''; return ;;
        --columns) REPLY=',deviceSerialNumber tokenSerialNumber userId deleted'; return ;;
        0) REPLY=':serials'; return ;;
      esac
      ;;
    'ds100 add')
      case $2 in
        --token-serial | --user-id | --user | --name) REPLY=''; return ;;
        --columns) REPLY=',deviceSerialNumber tokenSerialNumber userId tokenStatus tokenStatusChangedAt tokenStatusChangedBy name deviceType pinSet tokenState registeredDate updatedAt email'; return ;;
        0) REPLY=':serials'; return ;;
      esac
      ;;
    'ds100 import')
      case $2 in
        --columns) REPLY=',deviceSerialNumber tokenSerialNumber userId tokenStatus tokenStatusChangedAt tokenStatusChangedBy name deviceType pinSet tokenState registeredDate updatedAt email'; return ;;
        0) REPLY=':files'; return ;;
      esac
      ;;
    'bulk disable-stale')
      case $2 in
        --filter | --text | --unused-since | --unused-for | --created-before | --first | --plan-expires | --as-of | --max | --max-percent | --concurrency | --rate | --max-failures) REPLY=''; return ;;
        --user) REPLY=':users'; return ;;
        --type) REPLY='=totp hotp email sms pin'; return ;;
        --status) REPLY='=created enabled locked disabled'; return ;;
        --never-used) REPLY='=include exclude only'; return ;;
        --plan-out | --journal | --report) REPLY=':files'; return ;;
        --last-device) REPLY='=warn skip refuse'; return ;;
        --columns) REPLY=',run id name user from to rule outcome reason'; return ;;
      esac
      ;;
    'bulk update')
      case $2 in
        --set-status | --status) REPLY='=created enabled locked disabled'; return ;;
        --filter | --text | --unused-since | --unused-for | --created-before | --first | --plan-expires | --as-of | --max | --max-percent | --concurrency | --rate | --max-failures) REPLY=''; return ;;
        --user) REPLY=':users'; return ;;
        --type) REPLY='=totp hotp email sms pin'; return ;;
        --never-used) REPLY='=include exclude only'; return ;;
        --from | --plan-out | --journal | --report) REPLY=':files'; return ;;
        --last-device) REPLY='=warn skip refuse'; return ;;
        --columns) REPLY=',run id name user from to rule outcome reason'; return ;;
      esac
      ;;
    'bulk delete')
      case $2 in
        --filter | --text | --unused-since | --unused-for | --created-before | --first | --plan-expires | --as-of | --max | --max-percent | --concurrency | --rate | --max-failures) REPLY=''; return ;;
        --user) REPLY=':users'; return ;;
        --type) REPLY='=totp hotp email sms pin'; return ;;
        --status) REPLY='=created enabled locked disabled'; return ;;
        --never-used) REPLY='=include exclude only'; return ;;
        --from | --plan-out | --journal | --report) REPLY=':files'; return ;;
        --last-device) REPLY='=warn skip refuse'; return ;;
        --columns) REPLY=',run id name user from to rule outcome reason'; return ;;
      esac
      ;;
    'bulk create')
      case $2 in
        --qr-dir) REPLY=':folders'; return ;;
        --uris-out | --residue | --journal | --report | 0) REPLY=':files'; return ;;
        --concurrency | --rate | --max-failures) REPLY=''; return ;;
        --columns) REPLY=',run id name user to rule outcome reason'; return ;;
      esac
      ;;
    'bulk apply')
      case $2 in
        --digest | --first | --max | --max-percent | --concurrency | --rate | --max-failures) REPLY=''; return ;;
        --last-device) REPLY='=warn skip refuse'; return ;;
        --journal | --report | 0) REPLY=':files'; return ;;
        --columns) REPLY=',run id name user from to rule outcome reason'; return ;;
      esac
      ;;
    'bulk runs')
      case $2 in
        --journal) REPLY=':files'; return ;;
        --columns) REPLY=',id command started state counts'; return ;;
      esac
      ;;
    'bulk show')
      case $2 in
        --journal | --report) REPLY=':files'; return ;;
        --columns) REPLY=',run id name user from to rule outcome reason'; return ;;
        0) REPLY=':runs'; return ;;
      esac
      ;;
    'bulk resume')
      case $2 in
        --journal | --report) REPLY=':files'; return ;;
        --columns) REPLY=',run id name user from to rule outcome reason'; return ;;
        0) REPLY=':runs'; return ;;
      esac
      ;;
    'store backup')
      case $2 in
        --passphrase-file | 0) REPLY=':files'; return ;;
        --keep) REPLY=''; return ;;
        --columns) REPLY=',file store schema time devices auditEntries size digest opensWith removed'; return ;;
      esac
      ;;
    'store restore')
      case $2 in
        --passphrase-file | 0) REPLY=':files'; return ;;
        --columns) REPLY=',path id time schema devices auditEntries key keptAside acceptsFrom resync'; return ;;
      esac
      ;;
    'bulk undo')
      case $2 in
        --concurrency | --rate | --max-failures) REPLY=''; return ;;
        --journal | --report) REPLY=':files'; return ;;
        --columns) REPLY=',run id name user from to rule outcome reason'; return ;;
        0) REPLY=':runs'; return ;;
      esac
      ;;
    'store key show')
      case $2 in
        --columns) REPLY=',store place where keyId since'; return ;;
      esac
      ;;
    'store key move')
      case $2 in
        --to) REPLY='=file keyring'; return ;;
        --columns) REPLY=',store place where keyId since'; return ;;
      esac
      ;;
    'audit repair')
      case $2 in
        --columns) REPLY=',part first last entries finding by'; return ;;
      esac
      ;;
    'audit prune')
      case $2 in
        --before) REPLY=''; return ;;
        --columns) REPLY=',first last entries'; return ;;
      esac
      ;;
    'store key rotate')
      case $2 in
        --new-key-file) REPLY=':files'; return ;;
        --columns) REPLY=',from to sealed where'; return ;;
      esac
      ;;
    'why')
      case $2 in
        0) REPLY=':users'; return ;;
      esac
      ;;
    'completion')
      case $2 in
        0) REPLY='=bash zsh fish'; return ;;
      esac
      ;;
  esac
  case $2 in
    --profile) REPLY=':profiles'; return ;;
    --store) REPLY=':files'; return ;;
    --url | --columns | --timeout | --reason | --ticket) REPLY=''; return ;;
    -o | --output) REPLY='=table json jsonl csv'; return ;;
    *) return 1 ;;
  esac
}

# Reads a command line into __otpctl_words, the last of which is the one to complete. __otpctl_base is the part of it
# that readline leaves alone, __otpctl_quote the quote that it is in.
__otpctl_read() {
  local line=$1 word='' char='' next='' started='' at
  __otpctl_words=() __otpctl_base='' __otpctl_quote=''
  for ((at = 0; at < ${#line}; at++)); do
    char=${line:at:1}
    if [[ $__otpctl_quote == "'" ]]; then
      if [[ $char == "'" ]]; then __otpctl_quote='' __otpctl_base=$word; else word+=$char; fi
    elif [[ $__otpctl_quote == '"' ]]; then
      next=${line:at+1:1}
      if [[ $char == '"' ]]; then
        __otpctl_quote='' __otpctl_base=$word
      elif [[ $char == "\\" && ( $next == '"' || $next == "\\" || $next == '$' || $next == '`' ) ]]; then
        word+=$next
        ((at++))
      else
        word+=$char
      fi
    elif [[ $char == "\\" ]]; then
      ((at++))
      word+=${line:at:1}
      started=1
    elif [[ $char == "'" || $char == '"' ]]; then
      __otpctl_quote=$char __otpctl_base=$word started=1
    elif [[ $char == [[:space:]] ]]; then
      if [[ -n $started ]]; then __otpctl_words+=("$word"); fi
      word='' __otpctl_base='' started=''
    else
      word+=$char
      started=1
      if [[ $COMP_WORDBREAKS == *"$char"* ]]; then __otpctl_base=$word; fi
    fi
  done
  __otpctl_words+=("$word")
}

# Offers a word as it has to be written where the cursor is.
__otpctl_offer() {
  local rest
  [[ $1 == "$__otpctl_base"* ]] || return
  rest=${1:${#__otpctl_base}}
  if [[ $__otpctl_quote == "'" ]]; then
    rest=${rest//"'"/"'\\''"}
  elif [[ $__otpctl_quote == '"' ]]; then
    # In double quotes nothing keeps bash from reading a history expansion.
    if [[ $rest == *'!'* ]]; then return; fi
    rest=${rest//"\\"/"\\\\"}
    rest=${rest//'"'/"\\\""}
    rest=${rest//'$'/"\\$"}
    rest=${rest//'`'/"\\\`"}
  else
    printf -v rest '%q' "$rest"
  fi
  COMPREPLY+=("$rest")
}

__otpctl_words_like() {
  local prefix=$1 lead=$2 word
  for word in $3; do
    if [[ $word == "$prefix"* ]]; then __otpctl_offer "$lead$word"; fi
  done
}

__otpctl_values_like() {
  local prefix=$1 lead=$2 kind=$3 word
  case $kind in
    =*) __otpctl_words_like "$prefix" "$lead" "${kind#=}" ;;
    ,*)
      # Of a list, what was not named yet.
      local done=${prefix%"${prefix##*,}"} rest=''
      for word in ${kind#,}; do
        if [[ ,$done != *",$word,"* ]]; then rest="$rest $word"; fi
      done
      __otpctl_words_like "${prefix##*,}" "$lead$done" "$rest"
      compopt -o nospace 2>/dev/null || :
      ;;
    :files) compopt -o default 2>/dev/null || : ;;
    :folders) compopt -o dirnames 2>/dev/null || : ;;
    :*)
      local found=() exact=()
      while IFS=$'\t' read -r word _; do
        found+=("$word")
        if [[ $word == "$prefix"* ]]; then exact+=("$word"); fi
      done < <(command otpctl __complete "${kind#:}" "$prefix" ${__otpctl_place[@]+"${__otpctl_place[@]}"} </dev/null 2>/dev/null)
      if ((${#exact[@]} == 0 && ${#found[@]} == 1)); then exact=("${found[@]}"); fi
      for word in ${exact[@]+"${exact[@]}"}; do __otpctl_offer "$lead$word"; done
      if [[ $kind == :assignments && $prefix != *=* ]]; then compopt -o nospace 2>/dev/null || :; fi
      ;;
  esac
}

_otpctl() {
  # A shell that expands what it must not, or splits at other places, is none of this function's.
  local IFS=$' \t\n' REPLY='' __otpctl_words __otpctl_base __otpctl_quote __otpctl_place=()
  local path='' help='' rest='' count=0 at word name value pending='' last current
  COMPREPLY=()
  __otpctl_read "${COMP_LINE:0:COMP_POINT}"
  last=$((${#__otpctl_words[@]} - 1))
  current=${__otpctl_words[last]}

  for ((at = 1; at < last; at++)); do
    word=${__otpctl_words[at]} name='' value=''
    if [[ -n $pending ]]; then
      name=$pending value=$word pending=''
    elif [[ -z $rest && $word == -- ]]; then
      rest=1
    elif [[ -z $rest && $word == --*=* ]]; then
      name=${word%%=*} value=${word#*=}
    elif [[ -z $rest && $word == --* ]]; then
      if __otpctl_value "$path" "$word"; then pending=$word; fi
    elif [[ -z $rest && $word == -?* ]]; then
      # Of short options that stand together only the last can have its value in the next word.
      if __otpctl_value "$path" "-${word: -1}"; then pending=-${word: -1}; fi
    elif [[ -z $path && -z $help && $word == help ]]; then
      help=1
    else
      __otpctl_children "$path"
      if [[ " $REPLY " == *" $word "* && -n $word ]]; then
        path=${path:+$path }$word
      elif [[ -n $REPLY ]]; then
        return
      else
        ((count++))
      fi
    fi
    case $name in
      --store | --profile | --url)
        if [[ $value == "~/"* ]]; then value=$HOME/${value:2}; fi
        __otpctl_place+=("$name" "$value")
        ;;
    esac
  done

  __otpctl_children "$path"
  if [[ -n $pending ]]; then
    if __otpctl_value "$path" "$pending"; then __otpctl_values_like "$current" '' "$REPLY"; fi
  elif [[ -z $rest && $current == --*=* ]]; then
    if __otpctl_value "$path" "${current%%=*}"; then
      __otpctl_values_like "${current#*=}" "${current%%=*}=" "$REPLY"
    fi
  elif [[ -z $rest && $current == -* ]]; then
    __otpctl_options "$path"
    __otpctl_words_like "$current" '' "$REPLY"
  elif [[ -n $REPLY ]]; then
    if [[ -z $path ]]; then REPLY="$REPLY help"; fi
    if [[ -z $path && -n $help ]]; then REPLY="${REPLY% help} exit-codes filters environment scripting"; fi
    __otpctl_words_like "$current" '' "$REPLY"
  elif [[ -z $help ]] && __otpctl_value "$path" "$count"; then
    __otpctl_values_like "$current" '' "$REPLY"
  fi
}

if type compopt >/dev/null 2>&1; then
  complete -F _otpctl otpctl
else
  complete -o default -F _otpctl otpctl
fi
