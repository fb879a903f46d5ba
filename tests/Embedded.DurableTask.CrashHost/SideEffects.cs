using System.Globalization;
using System.Text;

namespace Embedded.DurableTask.CrashHost;

/// <summary>
/// What activities did to the world, one line for each time that one ran: <c>key#run.number</c>. The line is also what the activity
/// returns, so that a history tells which of several runs it recorded.
/// </summary>
public sealed class SideEffects : IDisposable
{
    readonly FileStream _log;
    readonly Lock _gate = new();
    readonly int _run;
    int _count;

    public SideEffects(string file, int run)
    {
        _log = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        _run = run;
    }

    /// <summary>Writes the line of an activity that runs now.</summary>
    public string Leave(string key)
    {
        lock (_gate)
        {
            string token = string.Create(CultureInfo.InvariantCulture, $"{key}#{_run}.{_count++}");
            _log.Write(Encoding.UTF8.GetBytes(token + "\n"));
            return token;
        }
    }

    public void Dispose() => _log.Dispose();
}
