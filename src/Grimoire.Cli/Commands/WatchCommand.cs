using System.CommandLine;

namespace Grimoire.Cli.Commands;

/// <summary>Watches a cast that was started before.</summary>
static class WatchCommand
{
    public static Command Build()
    {
        var (id, save) = (CommonOptions.CastId(), CommonOptions.Text("--save", "At the end download what it has made to there.", "folder"));
        return new Verb("watch", "Watches a cast, and ends as it ends.", "grimoire watch main-ybqz67ph83qb3f9jgmj").With(id, save)
            .Does((session, cancellation) => Starting.WatchAsync(session, session.Get(id), session.Get(save), cancellation));
    }
}
