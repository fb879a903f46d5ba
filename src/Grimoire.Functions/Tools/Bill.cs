using Grimoire.Casts;

namespace Grimoire.Functions.Tools;

/// <summary>What an attempt has cost and used so far. Known at any time, so that what is cut short is counted too.</summary>
public sealed class Bill
{
    readonly Lock _lock = new();
    readonly List<ModelUsage> _usage = [];
    readonly List<string> _warnings = [];
    decimal _costUsd;

    /// <summary>All that the attempt has cost until now.</summary>
    public decimal CostUsd
    {
        get
        {
            lock (_lock)
            {
                return _costUsd;
            }
        }

        set
        {
            lock (_lock)
            {
                _costUsd = value;
            }
        }
    }

    /// <summary>One more call of a model, and its cost where that is known.</summary>
    public void Add(ModelUsage usage)
    {
        ArgumentNullException.ThrowIfNull(usage);
        lock (_lock)
        {
            _usage.Add(usage);
            _costUsd += usage.CostUsd ?? 0;
        }
    }

    /// <summary>Once, however often it is said.</summary>
    public void Warn(string warning)
    {
        lock (_lock)
        {
            if (!_warnings.Contains(warning))
            {
                _warnings.Add(warning);
            }
        }
    }

    /// <summary>The result with what is known now: what a tool that was left behind still does changes nothing of it.</summary>
    internal ToolResult On(ToolResult result)
    {
        lock (_lock)
        {
            return result with { CostUsd = _costUsd, Usage = [.. _usage], Warnings = [.. _warnings] };
        }
    }
}
