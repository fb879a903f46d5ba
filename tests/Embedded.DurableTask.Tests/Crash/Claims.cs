using System.Globalization;
using Embedded.DurableTask.CrashHost;

namespace Embedded.DurableTask.Tests.Crash;

/// <summary>What the crash host was promised, over all of its runs.</summary>
internal sealed class Claims
{
    readonly Lock _gate = new();
    readonly Dictionary<string, int> _started = [];
    readonly HashSet<(string Instance, int Number)> _events = [];
    readonly HashSet<(string Entity, string Token)> _signals = [];
    readonly List<string> _refused = [];

    /// <summary>Instances whose start was acknowledged, with their sizes.</summary>
    public IReadOnlyDictionary<string, int> Started => _started;

    public IReadOnlySet<(string Instance, int Number)> Events => _events;

    public IReadOnlySet<(string Entity, string Token)> Signals => _signals;

    /// <summary>Calls of the client that failed: what was asked for, and why not.</summary>
    public IReadOnlyList<string> Refused => _refused;

    /// <summary>How many calls were acknowledged.</summary>
    public int Count => _started.Count + _events.Count + _signals.Count;

    public void Add(string line)
    {
        string[] words = line.Split(' ');
        lock (_gate)
        {
            switch (words[0])
            {
                case Reports.Start:
                    _started.Add(words[1], Number(words[2]));
                    break;
                case Reports.Event:
                    _events.Add((words[1], Number(words[2])));
                    break;
                case Reports.Signal:
                    _signals.Add((words[1], words[2]));
                    break;
                case Reports.Refused:
                    _refused.Add(line);
                    break;
                default:
                    break;
            }
        }
    }

    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
