using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using Grimoire.Cli;
using Grimoire.Cli.Commands;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

var parsed = CommandTree.Build().Parse(args);
if (parsed.Action is ParseErrorAction wrong)
{
    // A command that only has others below it: its help is the answer to how it is used.
    wrong.ShowHelp = parsed.CommandResult.Command.Subcommands.Count > 0;
    parsed.Invoke(new InvocationConfiguration { Output = Console.Error, Error = Console.Error });
    if (!wrong.ShowHelp)
    {
        Console.Error.WriteLine($"{CommandTree.PathOf(parsed.CommandResult.Command)} --help tells how it is used.");
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
