using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Faults;

/// <summary>How often a fault strikes.</summary>
/// <param name="Skip">How many pass before the first one is struck.</param>
/// <param name="Times">How many are struck. Null: one, or with a probability any number.</param>
/// <param name="Probability">How likely each is to be struck; null: it is.</param>
/// <param name="Seed">Picks the sequence of those that are struck by probability: the same seed, the same sequence.</param>
sealed record Occasions(int Skip, int? Times, double? Probability, long Seed)
{
    public int? Limit => Times ?? (Probability is null ? 1 : null);

    /// <exception cref="RefusedException">They are out of range.</exception>
    public void Check()
    {
        Require.Within("skip", Skip, 0, int.MaxValue);
        Require.Within("times", Times ?? 1, 1, int.MaxValue);
        Require.Within("probability", Probability ?? 1, 0, 1);
    }
}

/// <summary>Counts what a fault has decided on, and decides.</summary>
sealed class OccasionCount(Occasions occasions)
{
    readonly Lock _gate = new();
    long _matched;
    long _struck;

    public (long Matched, long Struck, long? Left) State
    {
        get
        {
            lock (_gate)
            {
                return (_matched, _struck, occasions.Limit - _struck);
            }
        }
    }

    /// <summary>Decides on the next one that matches.</summary>
    /// <returns>Whether it is struck.</returns>
    public bool Take()
    {
        lock (_gate)
        {
            if (_struck >= occasions.Limit)
            {
                return false;
            }

            long place = _matched++ - occasions.Skip;
            bool strikes = place >= 0
                && (occasions.Probability is not { } probability || StableHash.FractionAt((ulong)occasions.Seed, (ulong)place) < probability);
            _struck += strikes ? 1 : 0;
            return strikes;
        }
    }
}
