using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using Grimoire.Cli;
using Grimoire.Cli.Commands;
using Grimoire.Cli.Output;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

var parsed = CommandTree.Build().Parse(args);
if (parsed.Action is ParseErrorAction wrong)
{
    var command = parsed.CommandResult.Command;
    var isGroup = command.Subcommands.Count > 0;
    // A command that only has others below it, and none of them is named: its help is the answer to how it is used.
    wrong.ShowHelp = isGroup && parsed.Errors.Count == 1 && parsed.UnmatchedTokens.Count == 0;
    if (isGroup && parsed.UnmatchedTokens is [var word, ..])
    {
        Terminal.Error(Unmatched.Told(command, word));
    }
    else
    {
        parsed.Invoke(new InvocationConfiguration { Output = Console.Error, Error = Console.Error });
    }

    if (!wrong.ShowHelp)
    {
        Terminal.Note($"{CommandTree.PathOf(command, Called.Here)} --help tells how it is used.");
    }

    return (int)ExitCode.Usage;
}

return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }, stop.Token).ConfigureAwait(false);

// The first time it is asked for an end, which leaves the terminal as it was; the second time it gets one.
void Stop(PosixSignalContext signal)
{
    signal.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}
