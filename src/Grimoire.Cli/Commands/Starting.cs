using Grimoire.Cli.Api;
using Grimoire.Cli.Output;
using Grimoire.Cli.Watching;

namespace Grimoire.Cli.Commands;

/// <summary>What all commands that start something have in common.</summary>
static class Starting
{
    public static async Task<Reply> SendAsync(Session session, Call call, string idField, CancellationToken cancellation)
    {
        try
        {
            var started = await session.Client.SendAsync(call, cancellation).ConfigureAwait(false);
            return started.Json.Text(idField) is not null ? started : throw new CliException(ExitCode.Unavailable, $"The answer of the app has no '{idField}'.");
        }
        catch (Exception unsure) when (unsure is OperationCanceledException or CliException { Code: ExitCode.Unavailable, IsSent: true })
        {
            Terminal.Note($"It may have started all the same. The same command with --idempotency-key {call.IdempotencyKey} finds out, and starts nothing twice.");
            throw;
        }
    }

    /// <param name="session">Where to.</param>
    /// <param name="started">The answer.</param>
    /// <param name="idField">Where in it the id is.</param>
    /// <param name="watch">The command that watches it.</param>
    public static ExitCode Answer(Session session, Reply started, string idField, string watch) => session.Answer(started.Json, () =>
    {
        var id = started.Json.Text(idField)!;
        Terminal.Say(id);
        Terminal.Note(started.IsReplayed ? "It had been started before with the same key." : $"It has started. To watch it: {Called.Here} {watch} {id}");
    });

    /// <summary>Watches a cast to its end, and downloads what it has made if that is wanted.</summary>
    public static async Task<ExitCode> WatchAsync(Session session, string castId, string? save, CancellationToken cancellation)
    {
        Terminal.Note(castId);
        var cast = await CastWatch.FollowAsync(session, castId, cancellation).ConfigureAwait(false);
        var exit = CastReport.Write(session, cast);
        if (save is not null)
        {
            await ArtifactDownload.OfCastAsync(session, castId, [], save, isAnswer: false, cancellation).ConfigureAwait(false);
        }

        return exit;
    }
}
