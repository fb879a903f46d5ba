using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Grimoire.Cli.Commands;

/// <summary>The help of a command, and its example behind it.</summary>
sealed class HelpWithExample(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        ArgumentNullException.ThrowIfNull(parseResult);
        var code = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is Verb { Example.Length: > 0 } verb)
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Example:");
            foreach (var line in verb.Example.Split('\n'))
            {
                output.WriteLine("  " + line);
            }

            output.WriteLine();
        }

        return code;
    }
}
