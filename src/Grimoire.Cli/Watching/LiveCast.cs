using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Cli.Api;
using Grimoire.Cli.Output;
using Spectre.Console;

namespace Grimoire.Cli.Watching;

/// <summary>Draws a cast while it runs: a line for each step, below it what it waits for, and what the casts of it do.</summary>
sealed class LiveCast(Session session, CastState state)
{
    static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(150);

    /// <summary>What no event tells is asked for, not too often: an account may be limited to so many requests a minute.</summary>
    static readonly TimeSpan AskTime = TimeSpan.FromSeconds(5);

    /// <summary>Of how many sub-casts the state is shown at once.</summary>
    const int MostChildren = 4;

    readonly Lock _gate = new();
    readonly Dictionary<string, string> _children = [];
    string? _note;

    public async Task RunAsync(CancellationToken cancellation)
    {
        session.Client.Note = note =>
        {
            lock (_gate)
            {
                _note = note;
            }
        };
        var console = AnsiConsole.Console;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await console.Live(Draw(console)).Overflow(VerticalOverflow.Crop).StartAsync(async live =>
        {
            var following = FollowAsync(cancellation);
            var asking = AskAsync(ending.Token);
            while (!following.IsCompleted)
            {
                live.UpdateTarget(Draw(console));
                await Task.WhenAny(following, Task.Delay(FrameTime, session.Time, cancellation)).ConfigureAwait(false);
            }

            await ending.CancelAsync().ConfigureAwait(false);
            await asking.ConfigureAwait(false);
            await following.ConfigureAwait(false);
            live.UpdateTarget(Draw(console));
        }).ConfigureAwait(false);
        session.Client.Note = Terminal.Note;
    }

    async Task FollowAsync(CancellationToken cancellation)
    {
        await foreach (var page in EventFeed.FollowAsync(session.Client, CastWatch.PathOf(state.Id), follow: true, cancellation).ConfigureAwait(false))
        {
            lock (_gate)
            {
                _note = null;
                foreach (var happened in page)
                {
                    state.Apply(happened);
                }
            }
        }
    }

    /// <summary>Beside the events: until when steps wait that do not say so themselves, and how far sub-casts are.</summary>
    async Task AskAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await Task.Delay(AskTime, session.Time, cancellation).ConfigureAwait(false);
                var cast = await session.AskAsync(Call.Get(CastWatch.PathOf(state.Id)) with { IsPatient = true }, cancellation).ConfigureAwait(false);
                foreach (var child in Running())
                {
                    var told = await session.AskAsync(Call.Get(CastWatch.PathOf(child)) with { IsPatient = true }, cancellation).ConfigureAwait(false);
                    lock (_gate)
                    {
                        _children[child] = ChildLine(told);
                    }
                }

                lock (_gate)
                {
                    state.Refresh(cast);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The cast has ended, or nobody watches it any more.
        }
        catch (CliException refused)
        {
            // What is shown beside the events is then not shown any more; whatever it is, the events tell of it too.
            lock (_gate)
            {
                _note = refused.Message;
            }
        }
    }

    List<string> Running()
    {
        lock (_gate)
        {
            return [.. state.Steps.Where(step => step is { IsRunning: true, Spell: not null }).SelectMany(Children).Take(MostChildren)];
        }
    }

    IEnumerable<string> Children(StepState step) => step.Items.Count == 0
        ? [CastIds.Child(new AttemptKey(state.Id, step.Id, null, Math.Max(1, step.Attempt)))]
        : step.Items.Where(item => !step.ItemsEnded.Contains(item.Key)).Select(item => CastIds.Child(new AttemptKey(state.Id, step.Id, item.Key, item.Value)));

    static string ChildLine(JsonNode? cast)
    {
        var running = cast.Node("now").List("running").Select(step => step.Text("id"));
        return $"{cast.Text("spell")} {cast.Text("status")} {cast.Node("now").Text("steps")} {string.Join(", ", running)}".TrimEnd();
    }

    Tree Draw(IAnsiConsole console)
    {
        lock (_gate)
        {
            var (width, now) = (Math.Max(20, console.Profile.Width - 6), session.Time.GetUtcNow());
            var tree = new Tree(CastDrawing.Head(state, now, width)) { Guide = console.Profile.Capabilities.Unicode ? TreeGuide.Line : TreeGuide.Ascii };
            var shown = CastDrawing.Fitting(state.Steps, Math.Max(5, console.Profile.Height - 6));
            foreach (var step in shown)
            {
                var node = tree.AddNode(CastDrawing.Step(step, state, now, width, console.Profile.Capabilities.Unicode));
                foreach (var child in step is { IsRunning: true, Spell: not null } ? Children(step).Take(MostChildren) : [])
                {
                    if (_children.TryGetValue(child, out var line))
                    {
                        node.AddNode(CastDrawing.Line(line, Style.Plain, width - 4));
                    }
                }

                if (CastDrawing.Waits(step, now) is { } waits)
                {
                    node.AddNode(CastDrawing.Line(waits, new Style(Color.Yellow), width - 4));
                }

                foreach (var (asks, command) in CastDrawing.Questions(step, state.Id, now))
                {
                    var question = node.AddNode(CastDrawing.Line(asks, new Style(Color.Yellow), width - 4));
                    question.AddNode(CastDrawing.Whole(command, new Style(Color.Yellow)));
                }
            }

            if (shown.Count < state.Steps.Count)
            {
                tree.AddNode(CastDrawing.Line(CastDrawing.Rest(state.Steps, shown), new Style(decoration: Decoration.Dim), width));
            }

            if (_note is not null)
            {
                tree.AddNode(CastDrawing.Line(_note, new Style(Color.Yellow), width));
            }

            return tree;
        }
    }
}
