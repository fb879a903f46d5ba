namespace Grimoire.Sandbox.Faults;

/// <summary>A rule at work: how many requests it has met.</summary>
sealed class SwitchedFault(string id, FaultRule rule)
{
    readonly Lock _gate = new();
    long _matched;
    long _failed;

    public string Id => id;

    public FaultRule Rule => rule;

    public FaultState State
    {
        get
        {
            lock (_gate)
            {
                return new FaultState(id, rule, _matched, _failed, Limit is { } limit ? limit - _failed : null);
            }
        }
    }

    int? Limit => rule.Times ?? (rule.Probability is null ? 1 : null);

    /// <summary>Whether the request is one that it may meet; the body is looked at by who has it.</summary>
    public bool Concerns(HttpRequest request) =>
        Wildcard.Matches(rule.Path, request.Path.Value ?? "/")
        && (rule.Method is null || rule.Method.Equals(request.Method, StringComparison.OrdinalIgnoreCase))
        && (rule.Header is null || (request.Headers.TryGetValue(rule.Header.Name, out var value)
            && value.ToString().Contains(rule.Header.Value ?? "", StringComparison.Ordinal)));

    /// <summary>Decides on a matching request.</summary>
    /// <returns>Whether it fails.</returns>
    public bool Take()
    {
        lock (_gate)
        {
            if (_failed >= Limit)
            {
                return false;
            }

            long place = _matched++ - rule.Skip;
            bool fails = place >= 0 && (rule.Probability is not { } probability || StableHash.FractionAt((ulong)rule.Seed, (ulong)place) < probability);
            _failed += fails ? 1 : 0;
            return fails;
        }
    }
}

/// <summary>A rule and what it has done.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Rule">What was switched on.</param>
/// <param name="Matched">How many requests it has decided on; those after its last failure are none of them.</param>
/// <param name="Failed">How many of them it has made fail.</param>
/// <param name="Left">How many more it will; null if there is no limit.</param>
sealed record FaultState(string Id, FaultRule Rule, long Matched, long Failed, long? Left);
