using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Output;
using Spectre.Console;

namespace Grimoire.Cli.Watching;

/// <summary>Follows a cook to its end: a bar where a person looks at a terminal, else lines: how far it is, and each piece that fails.</summary>
sealed class CookWatch
{
    static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan AskTime = TimeSpan.FromSeconds(1);

    readonly Session _session;
    readonly string _id;
    JsonNode? _cook;
    string _lastLine = "";
    DateTimeOffset _askedAt;

    CookWatch(Session session, string id, JsonNode? cook) => (_session, _id, _cook, _askedAt) = (session, id, cook, session.Time.GetUtcNow());

    public static string PathOf(string cookId) => "cooks/" + Call.Part(cookId);

    /// <summary>How the cook ended.</summary>
    public static async Task<JsonNode?> FollowAsync(Session session, string cookId, CancellationToken cancellation)
    {
        var first = await session.AskAsync(Call.Get(PathOf(cookId)), cancellation).ConfigureAwait(false);
        var watch = new CookWatch(session, cookId, first);
        try
        {
            await (session.Terminal.IsLive ? watch.DrawAsync(cancellation) : watch.FollowAsync(cancellation)).ConfigureAwait(false);
            return await session.AskAsync(Call.Get(PathOf(cookId)) with { IsPatient = true }, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Terminal.Note($"The cook goes on. To watch it again: {Called.Here} cook watch {cookId}");
            throw;
        }
    }

    async Task FollowAsync(CancellationToken cancellation)
    {
        Say();
        await foreach (var page in EventFeed.FollowAsync(_session.Client, PathOf(_id), follow: true, cancellation).ConfigureAwait(false))
        {
            foreach (var happened in page)
            {
                Tell(happened);
            }

            var pause = _askedAt + AskTime - _session.Time.GetUtcNow();
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, _session.Time, cancellation).ConfigureAwait(false);
            }

            _cook = await _session.AskAsync(Call.Get(PathOf(_id)) with { IsPatient = true }, cancellation).ConfigureAwait(false);
            _askedAt = _session.Time.GetUtcNow();
            Say();
        }
    }

    /// <summary>How far it is, if that is news.</summary>
    void Say()
    {
        var line = CookReport.Progress(_cook, _session.Time.GetUtcNow());
        if (!_session.Terminal.IsLive && line != _lastLine)
        {
            _lastLine = line;
            _session.Terminal.Progress($"{Wording.Stamp(_session.Time.GetUtcNow())}  {line}");
        }
    }

    void Tell(JsonNode? happened)
    {
        var data = happened.Node("data");
        var text = happened.Text("type") switch
        {
            "piece.ended" when data.Text("status") != "completed" => $"piece {happened.Whole("item")} {data.Text("status")}: {data.Text("code")}: {data.Text("message")}",
            "cook.held" => $"held: {data.Text("code")}: {data.Text("message")}",
            "cook.released" => "goes on",
            "cook.paused" or "cook.resumed" or "cook.cancelled" => $"{happened.Text("type")} {data.Text("reason")}".TrimEnd(),
            _ => null,
        };
        if (text is not null && !_session.Terminal.IsLive)
        {
            _session.Terminal.Progress($"{Wording.Stamp(happened.Time("at") ?? default)}  {text}");
        }
    }

    async Task DrawAsync(CancellationToken cancellation)
    {
        string? note = null;
        _session.Client.Note = text => note = text;
        var console = AnsiConsole.Console;
        await console.Live(Picture(console, note)).StartAsync(async live =>
        {
            var following = FollowAsync(cancellation);
            while (!following.IsCompleted)
            {
                live.UpdateTarget(Picture(console, note));
                await Task.WhenAny(following, Task.Delay(FrameTime, _session.Time, cancellation)).ConfigureAwait(false);
            }

            await following.ConfigureAwait(false);
            live.UpdateTarget(Picture(console, null));
        }).ConfigureAwait(false);
        _session.Client.Note = Terminal.Note;
    }

    Rows Picture(IAnsiConsole console, string? note)
    {
        var (cook, width) = (_cook, Math.Max(20, console.Profile.Width - 2));
        var progress = cook.Node("progress");
        var total = Math.Max(1, progress.Whole("total") ?? 1);
        var places = Math.Min(60, width);
        var (done, failed, running) = (Places(progress.Whole("completed")), Places(progress.Whole("failed") + progress.Whole("cancelled")), Places(progress.Whole("running")));
        var (full, empty) = console.Profile.Capabilities.Unicode ? ('█', '░') : ('#', '.');
        var bar = new Paragraph()
            .Append(new string(full, done), new Style(Color.Green))
            .Append(new string(full, failed), new Style(Color.Red))
            .Append(new string(full, running), new Style(Color.Blue))
            .Append(new string(empty, Math.Max(0, places - done - failed - running)), new Style(decoration: Decoration.Dim));
        var hold = cook.Node("hold") is { } held ? $"held: {held.Text("code")}: {held.Text("message")}" : note;
        return new Rows(
        [
            CastDrawing.Line($"{cook.Text("spell")}  {cook.Text("status")}  {_id}", Style.Plain, width),
            bar,
            CastDrawing.Line(CookReport.Progress(cook, _session.Time.GetUtcNow()), Style.Plain, width),
            .. hold is null ? Array.Empty<Spectre.Console.Rendering.IRenderable>() : [CastDrawing.Line(hold, new Style(Color.Yellow), width)],
        ]);

        int Places(int? pieces) => (int)(Math.Clamp((double)(pieces ?? 0) / total, 0, 1) * places);
    }
}
