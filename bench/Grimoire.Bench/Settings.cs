using System.Globalization;

namespace Grimoire.Bench;

/// <summary>How much is measured: each number is an environment variable, so that a run can be made smaller or larger.</summary>
internal sealed class Settings
{
    static readonly (string Name, string Default, string Meaning)[] Known =
    [
        ("REPS", "3", "runs of each figure; the median counts"),
        ("SECS", "8", "seconds of a throughput run"),
        ("WARM", "3", "seconds of load before anything is measured warm"),
        ("CALLERS", "1,32,128", "callers of the throughput runs"),
        ("STEPS", "10,100,1000,5000", "lengths of one orchestration"),
        ("FANOUT", "10000", "activities at once"),
        ("WAITING", "2000,20000,200000", "instances that wait for an event"),
        ("SETTLE", "5", "seconds after which the memory of what waits is read"),
        ("WAITING_CASTS", "20000", "casts that wait for a callback"),
        ("COOK_PIECES", "10000", "pieces of a cook"),
        ("LISTED_CASTS", "100000", "casts that are listed"),
        ("SOAK_MINUTES", "30", "for how long the soak casts"),
        ("INFLIGHT", "500", "instances under way when the process is killed"),
        ("STEP_MS", "300", "length of their steps"),
        ("KILL_AFTER_MS", "700", "when it is killed, after the last start was acknowledged"),
    ];

    public int Reps { get; } = Whole("REPS");

    public double Seconds { get; } = Number("SECS");

    public double WarmSeconds { get; } = Number("WARM");

    public IReadOnlyList<int> Callers { get; } = List("CALLERS");

    public IReadOnlyList<int> Steps { get; } = List("STEPS");

    public int FanOut { get; } = Whole("FANOUT");

    public IReadOnlyList<int> Waiting { get; } = List("WAITING");

    public double SettleSeconds { get; } = Number("SETTLE");

    public int WaitingCasts { get; } = Whole("WAITING_CASTS");

    public int CookPieces { get; } = Whole("COOK_PIECES");

    public int ListedCasts { get; } = Whole("LISTED_CASTS");

    public double SoakMinutes { get; } = Number("SOAK_MINUTES");

    public int InFlight { get; } = Whole("INFLIGHT");

    public int StepMilliseconds { get; } = Whole("STEP_MS");

    public int KillAfterMilliseconds { get; } = Whole("KILL_AFTER_MS");

    public static string Describe() => string.Join(
        Environment.NewLine, Known.Select(s => $"  {s.Name + '=' + s.Default,-28}{s.Meaning}"));

    /// <summary>What each number is in this run.</summary>
    public static IReadOnlyDictionary<string, string> Current => Known.ToDictionary(s => s.Name, s => Text(s.Name));

    static string Text(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } given
        ? given
        : Known.Single(s => s.Name == name).Default;

    static double Number(string name) =>
        double.TryParse(Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is > 0 and < 1e6
            ? value
            : throw new UsageException($"{name}={Text(name)} is not a positive number.");

    static int Whole(string name) => Whole(name, Text(name));

    static IReadOnlyList<int> List(string name) => [.. Text(name).Split(',').Select(part => Whole(name, part))];

    static int Whole(string name, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0
            ? value
            : throw new UsageException($"{name}={Text(name)}: '{text}' is not a positive whole number.");
}
