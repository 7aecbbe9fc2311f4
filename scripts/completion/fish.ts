import { globalSets, type Node, ownValues, type Tree, valuesOf, type Word } from './tree.ts';

/** The script for fish, from 3.1 on. */
export function fishScript(tree: Tree): string {
  const { globals, nodes, topics } = tree;
  const children = nodes.filter((node) => node.children.length > 0).map((node) => listCase(node.path, node.children));
  const options = nodes.filter((node) => node.options.length > 0).map((node) => listCase(node.path, node.options));
  const used = globalSets(tree).map((set) => {
    const paths = set.paths.map((path) => `'${path}'`).join(' ');
    return `        case ${paths}\n            printf '%s\\t%s\\n'${list(set.globals, '                ')}`;
  });
  return `# Completion of otpctl for fish: generated, see otpctl completion --help

function __otpctl_children
    switch $argv[1]
${children.join('\n')}
    end
end

function __otpctl_options
    switch $argv[1]
${options.join('\n')}
    end
    switch $argv[1]
${used.join('\n')}
        case '*'
            printf '%s\\t%s\\n'${list(globals, '                ')}
    end
end

function __otpctl_topics
    printf '%s\\t%s\\n'${list(topics, '        ')}
end

# What an option takes, or an argument by its number: =WORDS, ,WORDS with commas, :KIND, or anything; fails where nothing is taken.
function __otpctl_value
    switch $argv[1]
${nodes.flatMap(valueCase).join('\n')}
    end
    switch $argv[2]
${arms(valuesOf(globals), '        ').join('\n')}
    end
    return 1
end

${BODY}`;
}

function listCase(path: string, words: readonly Word[]): string {
  return `        case '${path}'\n            printf '%s\\t%s\\n'${list(words, '                ')}`;
}

function list(words: readonly Word[], indent: string): string {
  return words.map(({ word, about }) => ` \\\n${indent}${word} ${quoted(about)}`).join('');
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function valueCase(node: Node): string[] {
  const { path, arguments: positions } = node;
  const groups = valuesOf(ownValues(node), positions);
  if (groups.size === 0) return [];
  return [
    `        case '${path}'`,
    '            switch $argv[2]',
    ...arms(groups, '                '),
    '            end',
  ];
}

/** A number stands for itself; fish knows no sets of characters, so what repeats is said as all that can follow. */
function arms(groups: ReadonlyMap<string, readonly string[]>, indent: string): string[] {
  return [...groups].flatMap(([code, keys]) => {
    const words = keys.flatMap((key) => {
      const from = /^\[(\d)-9\]\*$/.exec(key)?.[1];
      return from === undefined
        ? [key]
        : Array.from({ length: 10 - Number(from) }, (_, at) => `'${Number(from) + at}*'`);
    });
    return [`${indent}case ${words.join(' ')}`, `${indent}    echo '${code}'`, `${indent}    return 0`];
  });
}

const BODY = `function __otpctl_values_like
    set -l prefix $argv[1]
    set -l lead $argv[2]
    set -l kind $argv[3]
    switch $kind
        case '=*'
            for word in (string split ' ' -- (string sub -s 2 -- $kind))
                printf '%s\\n' $lead$word
            end
        case ',*'
            # Of a list, what was not named yet.
            set -l before (string replace -r '[^,]*$' '' -- $prefix)
            for word in (string split ' ' -- (string sub -s 2 -- $kind))
                if not contains -- $word (string split , -- $before)
                    printf '%s\\n' $lead$before$word
                end
            end
        case ':files'
            for path in (__fish_complete_path $prefix)
                printf '%s\\n' $lead$path
            end
        case ':folders'
            for path in (__fish_complete_directories $prefix '')
                printf '%s\\n' $lead$path
            end
        case ':*'
            for line in (command otpctl __complete (string sub -s 2 -- $kind) $prefix $argv[4..-1] </dev/null 2>/dev/null)
                printf '%s\\n' $lead$line
            end
    end
end

function __otpctl_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    # What is quoted, and may not be closed yet, as it is meant.
    set -l current (string unescape -- $typed; or string unescape -- "$typed'"; or string unescape -- "$typed\\""; or printf '%s\\n' $typed)
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
            set -l children (__otpctl_children "$path" | string replace -r '\\t.*' '')
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
        printf '%s\\n' $children
        if test -z "$path"
            if test $help = 1
                __otpctl_topics
            else
                printf '%s\\t%s\\n' help 'help for a command or a topic'
            end
        end
    else if test $help = 0
        set -l kind (__otpctl_value "$path" $count)
        __otpctl_values_like "$current" '' "$kind" $place
    end
end

complete -c otpctl -f -a '(__otpctl_complete)'
`;
