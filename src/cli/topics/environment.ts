export const text = `Environment

Where to work; options beat variables, and only one of the three may be set:
  OTPCTL_PROFILE          a profile by its name, as --profile
  OTPCTL_STORE            a local store file, as --store
  OTPCTL_URL              a server by its address, as --url

How to sign in at a server; they beat the keyring and the file:
  OTPCTL_USERNAME         the user name
  OTPCTL_PASSWORD         its password
  OTPCTL_TOKEN            a token, in place of both

The master key of a store, in place of its key file:
  OTPCTL_MASTER_KEY       32 bytes, Base64
  OTPCTL_MASTER_KEY_FILE  a file (0600) that has them

RSA's Cloud Administration API, for ds100:
  OTPCTL_RSA_KEY          the content of an administrator's key file
  OTPCTL_RSA_KEY_FILE     that file
  OTPCTL_RSA_URL          the base URL, where the key does not say it

How to behave:
  CI=true                 never ask, as --no-input
  NO_COLOR                no colours, as --no-color; TERM=dumb too
  HTTPS_PROXY, NO_PROXY   the way to servers

Where files are:
  HOME                    the home folder, where the next three say nothing
  XDG_DATA_HOME           otpctl/otpctl.db: the store (~/.local/share)
  XDG_CONFIG_HOME         otpctl/config.toml, credentials, keys (~/.config)
  XDG_STATE_HOME          otpctl/runs.db: bulk runs on servers (~/.local/state)

  # what is in effect, and whether it works
  otpctl doctor
`;
