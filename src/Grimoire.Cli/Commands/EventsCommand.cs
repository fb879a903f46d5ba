using System.CommandLine;
using Grimoire.Cli.Output;
using Grimoire.Cli.Watching;

namespace Grimoire.Cli.Commands;

/// <summary>The journal of a cast.</summary>
static class EventsCommand
{
    public static Command Build()
    {
        var id = CommonOptions.CastId();
        var follow = new Option<bool>("--follow", "-f") { Description = "Stay until there will be no more." };
        return new Verb(
            "events", "Shows what happened in a cast; with --json as JSON Lines.", "grimoire events main-ybqz67ph83qb3f9jgmj --follow").With(id, follow).Does(async (session, cancellation) =>
        {
            var castId = session.Get(id);
            await foreach (var page in EventFeed.FollowAsync(session.Client, CastWatch.PathOf(castId), session.Get(follow), cancellation).ConfigureAwait(false))
            {
                foreach (var happened in page)
                {
                    if (session.Terminal.IsJson)
                    {
                        Terminal.JsonLine(happened);
                    }
                    else
                    {
                        Terminal.Say(EventLine.Of(castId, happened, session.Time.GetUtcNow()));
                    }
                }
            }

            return ExitCode.Done;
        });
    }
}
