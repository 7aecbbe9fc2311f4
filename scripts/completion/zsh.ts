import { globalSets, type Node, type OptionWord, ownValues, type Tree, valuesOf, type Word } from './tree.ts';

/** The script for zsh, from 5.0 on: for a folder of `fpath`, or to be sourced. */
export function zshScript(tree: Tree): string {
  const { globals, nodes, topics } = tree;
  const children = nodes.filter((node) => node.children.length > 0).map((node) => listCase(node.path, node.children));
  const options = nodes.filter((node) => node.options.length > 0).map((node) => listCase(node.path, node.options));
  const used = globalSets(tree).map((set) => {
    const paths = set.paths.map((path) => `'${path}'`).join('|');
    return `    (${paths})\n      reply+=(${list(set.globals, '        ')}\n      )\n      ;;`;
  });
  return `#compdef otpctl
# Completion of otpctl for zsh: generated, see otpctl completion --help

__otpctl_children() {
  case $1 in
${children.join('\n')}
    *) reply=() ;;
  esac
}

__otpctl_options() {
  case $1 in
${options.join('\n')}
    *) reply=() ;;
  esac
  case $1 in
${used.join('\n')}
    (*)
      reply+=(${list(globals, '        ')}
      )
      ;;
  esac
}

__otpctl_topics() {
  reply=(${list(topics, '    ')}
  )
}

# What an option takes, or an argument by its number: =WORDS, ,WORDS with commas, :KIND, or anything; fails where nothing is taken.
__otpctl_value() {
  case $1 in
${nodes.flatMap(valueCase).join('\n')}
  esac
  case $2 in
${arms(valuesOf(globals), '    ').join('\n')}
    *) return 1 ;;
  esac
}

${BODY}`;
}

function listCase(path: string, words: readonly Word[]): string {
  return `    '${path}')\n      reply=(${list(words, '        ')}\n      )\n      ;;`;
}

/** Words and what they are about, one after the other. */
function list(words: readonly (Word | OptionWord)[], indent: string): string {
  return words.map(({ word, about }) => `\n${indent}${word} ${quoted(about)}`).join('');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function valueCase(node: Node): string[] {
  const { path, arguments: positions } = node;
  const groups = valuesOf(ownValues(node), positions);
  if (groups.size === 0) return [];
  return [`    '${path}')`, '      case $2 in', ...arms(groups, '        '), '      esac', '      ;;'];
}

function arms(groups: ReadonlyMap<string, readonly string[]>, indent: string): string[] {
  return [...groups].map(([code, keys]) => `${indent}(${keys.join('|')}) REPLY='${code}'; return ;;`);
}

const BODY = `# Offers words with what they are about: pairs, in reply.
__otpctl_offer() {
  local -a values shown
  local word about
  integer width=0
  for word about in "\${(@)reply}"; do
    if (( $#word > width )); then width=$#word; fi
  done
  for word about in "\${(@)reply}"; do
    values+=("$word")
    if [[ -n $about ]]; then shown+=("\${(r:width:)word}  $about"); else shown+=("$word"); fi
  done
  compadd -l "$@" -d shown -a -- values
}

__otpctl_complete_value() {
  local kind=$1 line
  case $kind in
    '='*) compadd -- \${(s: :)\${kind#'='}} ;;
    ','*)
      # Of a list, what was not named yet.
      local -a known used
      known=(\${(s: :)\${kind#','}})
      used=("\${(@s:,:)PREFIX}")
      used=("\${(@)used[1,-2]}")
      compset -P '*,'
      compadd -S '' -- \${known:|used}
      ;;
    :files) _files ;;
    :folders) _files -/ ;;
    :*)
      reply=()
      for line in "\${(@f)$(command otpctl __complete "\${kind#:}" "\${(Q)PREFIX}" "\${(@)place}" </dev/null 2>/dev/null)}"; do
        if [[ -n $line ]]; then reply+=("\${line%%$'\\t'*}" "\${\${line#*$'\\t'}:#$line}"); fi
      done
      if [[ $kind == :assignments && $PREFIX != *=* ]]; then
        __otpctl_offer -S ''
      elif [[ $#reply == 2 && -z $IPREFIX && $reply[1] != "\${(Q)PREFIX}"* ]]; then
        # The one that is meant, also in another case.
        __otpctl_offer -U
      else
        __otpctl_offer
      fi
      ;;
  esac
}

_otpctl() {
  emulate -L zsh
  setopt extended_glob
  local REPLY path_='' help='' rest='' word name value pending='' short
  local -a reply place
  integer count=0 at
  for ((at = 2; at < CURRENT; at++)); do
    word=\${(Q)words[at]} name='' value=''
    if [[ -n $pending ]]; then
      name=$pending value=$word pending=''
    elif [[ -z $rest && $word == -- ]]; then
      rest=1
    elif [[ -z $rest && $word == --*=* ]]; then
      name=\${word%%=*} value=\${word#*=}
    elif [[ -z $rest && $word == --* ]]; then
      if __otpctl_value "$path_" "$word"; then pending=$word; fi
    elif [[ -z $rest && $word == -?* ]]; then
      # Of short options that stand together only the last can have its value in the next word.
      short=-\${word[-1]}
      if __otpctl_value "$path_" "$short"; then pending=$short; fi
    elif [[ -z $path_ && -z $help && $word == help ]]; then
      help=1
    else
      __otpctl_children "$path_"
      if (( \${reply[(Ie)$word]} % 2 )); then
        path_=\${path_:+$path_ }$word
      elif (( $#reply )); then
        return 1
      else
        (( count++ ))
      fi
    fi
    case $name in
      (--store|--profile|--url)
        if [[ $value == '~/'* ]]; then value=$HOME/\${value[3,-1]}; fi
        place+=("$name" "$value")
        ;;
    esac
  done

  if [[ -n $pending ]]; then
    __otpctl_value "$path_" "$pending" && __otpctl_complete_value "$REPLY"
  elif [[ -z $rest && $PREFIX == --*=* ]]; then
    name=\${PREFIX%%=*}
    compset -P 1 '*='
    __otpctl_value "$path_" "$name" && __otpctl_complete_value "$REPLY"
  elif [[ -z $rest && $PREFIX == -* ]]; then
    __otpctl_options "$path_"
    __otpctl_offer
  else
    __otpctl_children "$path_"
    if (( $#reply )); then
      if [[ -z $path_ && -z $help ]]; then
        reply+=(help 'help for a command or a topic')
      elif [[ -z $path_ ]]; then
        local -a commands=("\${(@)reply}")
        __otpctl_topics
        reply=("\${(@)commands}" "\${(@)reply}")
      fi
      __otpctl_offer
    elif [[ -z $help ]]; then
      __otpctl_value "$path_" "$count" && __otpctl_complete_value "$REPLY"
    fi
  fi
}

if [[ \${funcstack[1]} == _otpctl ]]; then _otpctl "$@"; else compdef _otpctl otpctl; fi
`;
