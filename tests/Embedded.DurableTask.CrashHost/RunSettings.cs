using System.Globalization;

namespace Embedded.DurableTask.CrashHost;

/// <summary>What a run of the crash host does beside taking up what was left behind.</summary>
public enum RunMode
{
    /// <summary>Starts orchestrations, raises events and signals entities as fast as it can.</summary>
    Load,

    /// <summary>Tells every orchestration that waits for events to end, and says when all have.</summary>
    Drain,

    /// <summary>Starts one orchestration whose activity never ends in this run.</summary>
    Hang,
}

/// <summary>The command line of the crash host.</summary>
/// <param name="File">The hub.</param>
/// <param name="SideEffects">Where activities leave their traces.</param>
/// <param name="Run">Number of the run: part of every id that it makes, so that no two runs make the same.</param>
/// <param name="Mode">What to do.</param>
/// <param name="MostStarts">How many orchestrations to start at most.</param>
/// <param name="ShutdownSeconds">How long a graceful stop may take.</param>
public sealed record RunSettings(string File, string SideEffects, int Run, RunMode Mode, int MostStarts = 1_500, int ShutdownSeconds = 20)
{
    public string[] ToArguments() =>
        [File, SideEffects, Text(Run), Mode.ToString(), Text(MostStarts), Text(ShutdownSeconds)];

    public static RunSettings Parse(string[] arguments) => new(
        arguments[0], arguments[1], Number(arguments[2]), Enum.Parse<RunMode>(arguments[3]), Number(arguments[4]), Number(arguments[5]));

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
