using System.Collections.Immutable;
using System.Globalization;

namespace Grimoire.Sandbox.Faults;

/// <summary>The rules of one kind that are switched on, in the order in which they were.</summary>
/// <param name="prefix">Of the names that the sandbox gives.</param>
abstract class SwitchedRules<TRule>(string prefix)
{
    ImmutableArray<SwitchedRule<TRule>> _switched = [];
    int _named;

    public IReadOnlyList<RuleState<TRule>> States => [.. _switched.Select(rule => rule.State)];

    protected ImmutableArray<SwitchedRule<TRule>> Switched => _switched;

    public void Clear() => ImmutableInterlocked.Update(ref _switched, all => all.Clear());

    /// <returns>Whether there was one of that name.</returns>
    public bool Remove(string id) => ImmutableInterlocked.Update(ref _switched, all => all.RemoveAll(rule => rule.Id == id));

    /// <summary>Switches one on; the one of the same name ends.</summary>
    /// <param name="id">Its name; null: it is given one.</param>
    /// <param name="rule">Without its name.</param>
    /// <param name="occasions">How often it strikes.</param>
    protected RuleState<TRule> Switch(string? id, TRule rule, Occasions occasions)
    {
        id ??= $"{prefix}-{Interlocked.Increment(ref _named).ToString(CultureInfo.InvariantCulture)}";
        var switched = new SwitchedRule<TRule>(id, rule, new OccasionCount(occasions));
        ImmutableInterlocked.Update(ref _switched, all => all.RemoveAll(other => other.Id == id).Add(switched));
        return switched.State;
    }
}

/// <summary>A rule at work.</summary>
/// <param name="Count">Decides, each time that the rule matches.</param>
sealed record SwitchedRule<TRule>(string Id, TRule Rule, OccasionCount Count)
{
    public RuleState<TRule> State
    {
        get
        {
            (long matched, long struck, long? left) = Count.State;
            return new RuleState<TRule>(Id, Rule, matched, struck, left);
        }
    }
}

/// <summary>A rule and what it has done.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Rule">What was switched on.</param>
/// <param name="Matched">How many requests, callbacks or jobs it has decided on; those after the last that it strikes are none of them.</param>
/// <param name="Failed">How many of them it has struck.</param>
/// <param name="Left">How many more it will; null if there is no limit.</param>
sealed record RuleState<TRule>(string Id, TRule Rule, long Matched, long Failed, long? Left);
