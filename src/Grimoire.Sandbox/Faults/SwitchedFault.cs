namespace Grimoire.Sandbox.Faults;

/// <summary>A rule at work: how many requests it has met.</summary>
sealed class SwitchedFault(string id, FaultRule rule)
{
    readonly OccasionCount _count = new(new Occasions(rule.Skip, rule.Times, rule.Probability, rule.Seed));

    public string Id => id;

    public FaultRule Rule => rule;

    public FaultState State
    {
        get
        {
            (long matched, long failed, long? left) = _count.State;
            return new FaultState(id, rule, matched, failed, left);
        }
    }

    /// <summary>Whether the request is one that it may meet; the body is looked at by who has it.</summary>
    public bool Concerns(HttpRequest request) =>
        Wildcard.Matches(rule.Path, request.Path.Value ?? "/")
        && (rule.Method is null || rule.Method.Equals(request.Method, StringComparison.OrdinalIgnoreCase))
        && (rule.Header is null || (request.Headers.TryGetValue(rule.Header.Name, out var value)
            && value.ToString().Contains(rule.Header.Value ?? "", StringComparison.Ordinal)));

    /// <summary>Decides on a matching request.</summary>
    /// <returns>Whether it fails.</returns>
    public bool Take() => _count.Take();
}

/// <summary>A rule and what it has done.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Rule">What was switched on.</param>
/// <param name="Matched">How many requests it has decided on; those after its last failure are none of them.</param>
/// <param name="Failed">How many of them it has made fail.</param>
/// <param name="Left">How many more it will; null if there is no limit.</param>
sealed record FaultState(string Id, FaultRule Rule, long Matched, long Failed, long? Left);
