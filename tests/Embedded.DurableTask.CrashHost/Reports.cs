using System.Text;

namespace Embedded.DurableTask.CrashHost;

/// <summary>
/// The lines that the crash host writes, one write each and at once: whatever was written reaches its reader, even if the process is
/// killed right after.
/// </summary>
public sealed class Reports : IDisposable
{
    /// <summary>The hub is open, and nothing of it is running yet.</summary>
    public const string Open = "open";

    /// <summary>What was left behind has been taken up.</summary>
    public const string Recovered = "recovered";

    public const string Start = "start";
    public const string Event = "event";
    public const string End = "end";
    public const string Signal = "signal";

    /// <summary>A call of the client failed.</summary>
    public const string Refused = "refused";

    /// <summary>The activity that never ends is under way.</summary>
    public const string Hanging = "hanging";

    /// <summary>Every orchestration has ended.</summary>
    public const string Drained = "drained";

    readonly Stream _out = Console.OpenStandardOutput();
    readonly Lock _gate = new();

    public void Say(string what, params IEnumerable<string> details)
    {
        byte[] line = Encoding.UTF8.GetBytes(string.Join(' ', [what, .. details]).ReplaceLineEndings(" ") + "\n");
        lock (_gate)
        {
            _out.Write(line);
        }
    }

    public void Dispose() => _out.Dispose();
}
