namespace Grimoire.Sandbox.Calls;

/// <summary>What tests ask about the calls that were made: <c>/control/calls</c>.</summary>
static class CallsApi
{
    const int ListedByDefault = 1000;

    public static void MapCalls(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/control/calls", (string? path, string? key, int? take, CallLedger ledger) =>
            Results.Ok(Report(ledger, path, key, take ?? ListedByDefault)));
        routes.MapDelete("/control/calls", (CallLedger ledger) =>
        {
            ledger.Clear();
            return Results.NoContent();
        });
    }

    static CallReport Report(CallLedger ledger, string? path, string? key, int take)
    {
        (var calls, long forgotten) = ledger.Find(path, key);
        Dictionary<string, int> keys = calls.Where(call => call.Key is not null).CountBy(call => call.Key!).ToDictionary();
        return new CallReport(
            calls.Length,
            forgotten,
            keys,
            keys.Where(count => count.Value > 1).ToDictionary(),
            [.. calls.Skip(Math.Max(0, calls.Length - take))]);
    }
}

/// <summary>The calls that were asked for.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Forgotten">How many older calls, of any path and key, the ledger had no room for.</param>
/// <param name="Keys">How often each Idempotency-Key came.</param>
/// <param name="Repeated">Those of them that came more than once.</param>
/// <param name="Calls">The last of the calls, oldest first.</param>
sealed record CallReport(
    int Count, long Forgotten, IReadOnlyDictionary<string, int> Keys, IReadOnlyDictionary<string, int> Repeated, IReadOnlyList<RecordedCall> Calls);
