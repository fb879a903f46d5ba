using Grimoire.Accounts;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Security;
using Grimoire.Functions.Storage;

namespace Grimoire.Functions.Tests.Support;

/// <summary>The limits of casts as one process sees them.</summary>
static class LimitsOf
{
    /// <param name="defaults">Of all accounts.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="objects">Where usage is; a place of its own, if it is not said.</param>
    /// <param name="inFlight">What runs; nothing, if it is not said.</param>
    public static CastLimits Accounts(AccountLimits? defaults = null, TimeProvider? time = null, IObjectStore? objects = null, CastsInFlight? inFlight = null)
    {
        time ??= TimeProvider.System;
        objects ??= new MemoryObjects();
        var lookup = new LimitLookup(new AccountStore(objects, time), new LimitOptions(defaults ?? AccountLimits.None));
        return new CastLimits(lookup, new UsageBook(objects, new UsageLog(objects, new CastStore(objects)), time), inFlight ?? new CastsInFlight(time), time);
    }
}
