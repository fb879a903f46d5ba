using System.CommandLine;

namespace Grimoire.Cli.Commands;

/// <summary>Prints scripts that make shells complete what is typed. They ask the command itself, through the directive [suggest].</summary>
static class CompletionCommand
{
    /// <summary>Files are completed where nothing else fits. The name of the command may be a path, so it is left out of what is asked.</summary>
    const string Bash = """
        # grimoire completion bash > ~/.local/share/bash-completion/completions/grimoire
        _grimoire() {
          local line="${COMP_LINE:0:COMP_POINT}" word="${COMP_WORDS[COMP_CWORD]}" command="${COMP_WORDS[0]}"
          line="${line#"$command"}"
          line="${line# }"
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$("$command" "[suggest:${#line}]" "$line" 2>/dev/null)" -- "$word"))
        }
        complete -o default -F _grimoire grimoire ./grimoire
        """;

    const string Zsh = """
        #compdef grimoire
        # grimoire completion zsh > "${fpath[1]}/_grimoire"
        _grimoire() {
          local line="${(j: :)words[2,CURRENT]}"
          local -a found
          found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
          compadd -a found || _files
        }
        compdef _grimoire grimoire
        """;

    const string Fish = """
        # grimoire completion fish > ~/.config/fish/completions/grimoire.fish
        function __grimoire_complete
          set -l line (string join ' ' -- (commandline -opc)[2..-1] (commandline -ct))
          grimoire "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c grimoire -a '(__grimoire_complete)'
        """;

    const string Pwsh = """
        # grimoire completion pwsh | Out-String | Invoke-Expression, in $PROFILE
        Register-ArgumentCompleter -Native -CommandName grimoire -ScriptBlock {
          param($word, $ast, $cursor)
          $line = $ast.ToString().PadRight($cursor).Substring(0, $cursor)
          $line = $line.Substring([Math]::Min($line.Length, $ast.CommandElements[0].ToString().Length + 1))
          grimoire "[suggest:$($line.Length)]" $line 2>$null | Where-Object { $_.StartsWith($word) } |
            ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    public static Command Build()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        return new Verb("completion", "Prints a script that makes a shell complete what is typed.", "source <(grimoire completion bash)").With(shell)
            .Does((session, _) =>
            {
                // A script is not the text of others: its line breaks and quotes have to stay.
                Console.Out.WriteLine(session.Get(shell) switch { "bash" => Bash, "zsh" => Zsh, "fish" => Fish, _ => Pwsh });
                return Task.FromResult(ExitCode.Done);
            });
    }
}
