using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Grimoire.Cli.Api;

namespace Grimoire.Cli.Watching;

/// <summary>What happens to a cast or a cook, as it happens: a long poll after the other, over restarts of the app.</summary>
static class EventFeed
{
    const int PageSize = 500;
    const int WaitSeconds = 25;

    /// <summary>Pages of events until there will be no more; an empty one when nothing has happened for a while.</summary>
    /// <param name="client">To ask.</param>
    /// <param name="path">Of the cast or cook.</param>
    /// <param name="follow">False: only what has happened until now.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async IAsyncEnumerable<IReadOnlyList<JsonNode?>> FollowAsync(
        GrimoireClient client, string path, bool follow, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var after = 0L; ;)
        {
            var call = Call.Get($"{path}/events", ("after", $"{after}"), ("limit", $"{PageSize}"), ("wait", follow ? $"{WaitSeconds}" : null));
            var page = await client.AskAsync(call with { IsPatient = follow, Extra = TimeSpan.FromSeconds(WaitSeconds) }, cancellation).ConfigureAwait(false);
            var events = page.List("events").ToList();
            after = page.Long("next") is { } next && next > after ? next : after;
            yield return events;
            if (events.Count < PageSize && (!follow || page.Flag("ended") != false))
            {
                yield break;
            }
        }
    }
}
