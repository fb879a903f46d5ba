using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Output;

namespace Grimoire.Cli.Watching;

/// <summary>Follows a cast to its end: drawn over and over where a person looks at a terminal, else line by line.</summary>
static class CastWatch
{
    /// <summary>How the cast ended.</summary>
    public static async Task<JsonNode?> FollowAsync(Session session, string castId, CancellationToken cancellation)
    {
        var path = PathOf(castId);
        var first = await session.AskAsync(Call.Get(path), cancellation).ConfigureAwait(false);
        var state = new CastState(first);
        try
        {
            if (session.Terminal.IsLive)
            {
                await new LiveCast(session, state).RunAsync(cancellation).ConfigureAwait(false);
            }
            else
            {
                await LinesAsync(session, state, cancellation).ConfigureAwait(false);
            }

            return await session.AskAsync(Call.Get(path) with { IsPatient = true }, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Terminal.Note($"The cast goes on. To watch it again: {Called.Here} watch {castId}");
            throw;
        }
    }

    public static string PathOf(string castId) => "casts/" + Call.Part(castId);

    /// <summary>Whether it has ended, and as what.</summary>
    public static ExitCode? EndOf(JsonNode? cast) => cast.Text("status") switch
    {
        "completed" => ExitCode.Done,
        "failed" => ExitCode.Failed,
        "cancelled" => ExitCode.Cancelled,
        _ => null,
    };

    static async Task LinesAsync(Session session, CastState state, CancellationToken cancellation)
    {
        await foreach (var page in EventFeed.FollowAsync(session.Client, PathOf(state.Id), follow: true, cancellation).ConfigureAwait(false))
        {
            foreach (var happened in page)
            {
                session.Terminal.Progress(EventLine.Of(state.Id, happened, session.Time.GetUtcNow()));
            }
        }
    }
}
