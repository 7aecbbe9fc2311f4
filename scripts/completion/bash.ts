import { globalSets, type Node, ownValues, type Tree, valuesOf } from './tree.ts';

/** The script for bash, from 3.2 on; what that one lacks, it does without. */
export function bashScript(tree: Tree): string {
  const { globals, nodes, topics } = tree;
  const words = (all: readonly { readonly word: string }[]) => all.map(({ word }) => word).join(' ');
  const children = nodes
    .filter((node) => node.children.length > 0)
    .map((node) => `    '${node.path}') REPLY='${words(node.children)}' ;;`);
  const options = nodes
    .filter((node) => node.options.length > 0)
    .map((node) => `    '${node.path}') REPLY='${words(node.options)}' ;;`);
  const used = globalSets(tree).map(
    (set) => `    ${set.paths.map((path) => `'${path}'`).join(' | ')}) REPLY="$REPLY ${words(set.globals)}" ;;`,
  );
  return `# Completion of otpctl for bash: generated, see otpctl completion --help

__otpctl_children() {
  case $1 in
${children.join('\n')}
    *) REPLY='' ;;
  esac
}

__otpctl_options() {
  case $1 in
${options.join('\n')}
    *) REPLY='' ;;
  esac
  case $1 in
${used.join('\n')}
    *) REPLY="$REPLY ${words(globals)}" ;;
  esac
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

${BODY.replace('TOPICS', words(topics))}`;
}

function valueCase(node: Node): string[] {
  const { path, arguments: positions } = node;
  const groups = valuesOf(ownValues(node), positions);
  if (groups.size === 0) return [];
  return [`    '${path}')`, '      case $2 in', ...arms(groups, '        '), '      esac', '      ;;'];
}

function arms(groups: ReadonlyMap<string, readonly string[]>, indent: string): string[] {
  return [...groups].map(([code, keys]) => `${indent}${keys.join(' | ')}) REPLY='${code}'; return ;;`);
}

const BODY = `# Reads a command line into __otpctl_words, the last of which is the one to complete. __otpctl_base is the part of it
# that readline leaves alone, __otpctl_quote the quote that it is in.
__otpctl_read() {
  local line=$1 word='' char='' next='' started='' at
  __otpctl_words=() __otpctl_base='' __otpctl_quote=''
  for ((at = 0; at < \${#line}; at++)); do
    char=\${line:at:1}
    if [[ $__otpctl_quote == "'" ]]; then
      if [[ $char == "'" ]]; then __otpctl_quote='' __otpctl_base=$word; else word+=$char; fi
    elif [[ $__otpctl_quote == '"' ]]; then
      next=\${line:at+1:1}
      if [[ $char == '"' ]]; then
        __otpctl_quote='' __otpctl_base=$word
      elif [[ $char == "\\\\" && ( $next == '"' || $next == "\\\\" || $next == '$' || $next == '\`' ) ]]; then
        word+=$next
        ((at++))
      else
        word+=$char
      fi
    elif [[ $char == "\\\\" ]]; then
      ((at++))
      word+=\${line:at:1}
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
  rest=\${1:\${#__otpctl_base}}
  if [[ $__otpctl_quote == "'" ]]; then
    rest=\${rest//"'"/"'\\\\''"}
  elif [[ $__otpctl_quote == '"' ]]; then
    # In double quotes nothing keeps bash from reading a history expansion.
    if [[ $rest == *'!'* ]]; then return; fi
    rest=\${rest//"\\\\"/"\\\\\\\\"}
    rest=\${rest//'"'/"\\\\\\""}
    rest=\${rest//'$'/"\\\\$"}
    rest=\${rest//'\`'/"\\\\\\\`"}
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
    =*) __otpctl_words_like "$prefix" "$lead" "\${kind#=}" ;;
    ,*)
      # Of a list, what was not named yet.
      local done=\${prefix%"\${prefix##*,}"} rest=''
      for word in \${kind#,}; do
        if [[ ,$done != *",$word,"* ]]; then rest="$rest $word"; fi
      done
      __otpctl_words_like "\${prefix##*,}" "$lead$done" "$rest"
      compopt -o nospace 2>/dev/null || :
      ;;
    :files) compopt -o default 2>/dev/null || : ;;
    :folders) compopt -o dirnames 2>/dev/null || : ;;
    :*)
      local found=() exact=()
      while IFS=$'\\t' read -r word _; do
        found+=("$word")
        if [[ $word == "$prefix"* ]]; then exact+=("$word"); fi
      done < <(command otpctl __complete "\${kind#:}" "$prefix" \${__otpctl_place[@]+"\${__otpctl_place[@]}"} </dev/null 2>/dev/null)
      if ((\${#exact[@]} == 0 && \${#found[@]} == 1)); then exact=("\${found[@]}"); fi
      for word in \${exact[@]+"\${exact[@]}"}; do __otpctl_offer "$lead$word"; done
      if [[ $kind == :assignments && $prefix != *=* ]]; then compopt -o nospace 2>/dev/null || :; fi
      ;;
  esac
}

_otpctl() {
  # A shell that expands what it must not, or splits at other places, is none of this function's.
  local IFS=$' \\t\\n' REPLY='' __otpctl_words __otpctl_base __otpctl_quote __otpctl_place=()
  local path='' help='' rest='' count=0 at word name value pending='' last current
  COMPREPLY=()
  __otpctl_read "\${COMP_LINE:0:COMP_POINT}"
  last=$((\${#__otpctl_words[@]} - 1))
  current=\${__otpctl_words[last]}

  for ((at = 1; at < last; at++)); do
    word=\${__otpctl_words[at]} name='' value=''
    if [[ -n $pending ]]; then
      name=$pending value=$word pending=''
    elif [[ -z $rest && $word == -- ]]; then
      rest=1
    elif [[ -z $rest && $word == --*=* ]]; then
      name=\${word%%=*} value=\${word#*=}
    elif [[ -z $rest && $word == --* ]]; then
      if __otpctl_value "$path" "$word"; then pending=$word; fi
    elif [[ -z $rest && $word == -?* ]]; then
      # Of short options that stand together only the last can have its value in the next word.
      if __otpctl_value "$path" "-\${word: -1}"; then pending=-\${word: -1}; fi
    elif [[ -z $path && -z $help && $word == help ]]; then
      help=1
    else
      __otpctl_children "$path"
      if [[ " $REPLY " == *" $word "* && -n $word ]]; then
        path=\${path:+$path }$word
      elif [[ -n $REPLY ]]; then
        return
      else
        ((count++))
      fi
    fi
    case $name in
      --store | --profile | --url)
        if [[ $value == "~/"* ]]; then value=$HOME/\${value:2}; fi
        __otpctl_place+=("$name" "$value")
        ;;
    esac
  done

  __otpctl_children "$path"
  if [[ -n $pending ]]; then
    if __otpctl_value "$path" "$pending"; then __otpctl_values_like "$current" '' "$REPLY"; fi
  elif [[ -z $rest && $current == --*=* ]]; then
    if __otpctl_value "$path" "\${current%%=*}"; then
      __otpctl_values_like "\${current#*=}" "\${current%%=*}=" "$REPLY"
    fi
  elif [[ -z $rest && $current == -* ]]; then
    __otpctl_options "$path"
    __otpctl_words_like "$current" '' "$REPLY"
  elif [[ -n $REPLY ]]; then
    if [[ -z $path ]]; then REPLY="$REPLY help"; fi
    if [[ -z $path && -n $help ]]; then REPLY="\${REPLY% help} TOPICS"; fi
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
`;
