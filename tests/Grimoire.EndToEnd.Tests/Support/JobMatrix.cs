using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Grimoire.Tests.Shared;

namespace Grimoire.EndToEnd.Tests.Support;

/// <summary>What the network does with the callbacks of one cast.</summary>
/// <param name="Early">They come before the start of the job has been answered.</param>
/// <param name="Duplicate">Each comes four times.</param>
/// <param name="Restart">The app is killed after the job was started, and started again.</param>
/// <param name="Late">They come after the step's time.</param>
/// <param name="Lost">They do not come.</param>
public sealed record JobCell(bool Early, bool Duplicate, bool Restart, bool Late, bool Lost)
{
    public static IEnumerable<JobCell> All => Enumerable.Range(0, 32).Select(bits => new JobCell((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0, (bits & 16) != 0));

    /// <summary>The app dies before the start is answered: it does not know the job.</summary>
    public bool IsUnsure => Early && Restart;

    /// <summary>What the relay does with what comes for the step.</summary>
    public string Step => !IsUnsure ? "one" : Late || Lost ? "gone" : "held";
}

/// <summary>What became of a cast.</summary>
internal sealed record JobCellEnd(JsonElement Cast, IReadOnlyList<JsonElement> Attempts, IReadOnlyList<string> Events, SandboxJobList Jobs);

/// <summary>A cast for each cell, all at once, over one app that is killed once.</summary>
public sealed class JobMatrix : IAsyncLifetime
{
    static readonly SandboxCallbackFault Copied = new("duplicate") { Copies = 3 };

    readonly Dictionary<JobCell, Task<JobCellEnd>> _ends = [];
    readonly TaskCompletionSource _restarted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    SandboxProcess? _sandbox;
    CallbackRelay? _relay;
    GrimoireApp? _app;

    SandboxProcess Sandbox => _sandbox!;

    CallbackRelay Relay => _relay!;

    GrimoireApp App => _app!;

    internal Task<JobCellEnd> EndOf(JobCell cell) => _ends[cell];

    public async Task InitializeAsync()
    {
        _sandbox = await SandboxProcess.StartAsync();
        _relay = await CallbackRelay.StartAsync();
        _app = GrimoireApp.Of(storage: null);
        _app.Settings["Webhooks__BaseUrl"] = Relay.Url.ToString();
        _app.Settings["Casts__Lease"] = "00:00:01";
        _app.Settings["Casts__UnsureWait"] = "00:00:01";
        await StartAsync();
        await JobTools.SaveAsync(App, Sandbox, "jobs.impatient", "PT0.5S");
        await JobTools.SaveAsync(App, Sandbox, "jobs.patient", "PT10M");

        await AllEndAsync(Begin(isRestarted: false));
        await AllEndAsync(_ends.Values);
        await AllEndAsync(Begin(isRestarted: true));
        Relay.Target = null;
        await App.Process.KillAsync();
        Relay.Release();
        await StartAsync();
        _restarted.SetResult();
        await AllEndAsync(_ends.Values);
    }

    public async Task DisposeAsync()
    {
        await App.DisposeAsync();
        await Relay.DisposeAsync();
        await Sandbox.DisposeAsync();
    }

    /// <summary>Starts the casts.</summary>
    /// <returns>Those whose job is where it should be.</returns>
    List<Task> Begin(bool isRestarted)
    {
        var ready = new List<Task>();
        foreach (JobCell cell in JobCell.All.Where(cell => cell.Restart == isRestarted))
        {
            Task<string> begun = BeginAsync(cell);
            ready.Add(begun);
            _ends[cell] = GoOnAsync(cell, begun);
        }

        return ready;
    }

    /// <summary>What one has failed with is told by its own test.</summary>
    static async Task AllEndAsync(IEnumerable<Task> tasks) => await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    async Task StartAsync()
    {
        await App.RestartAsync();
        Relay.Target = App.Process.Url;
    }

    /// <summary>Starts the cast, and waits until its job is where the app may be killed.</summary>
    async Task<string> BeginAsync(JobCell cell)
    {
        string mark = Guid.NewGuid().ToString("N");
        if (cell.Early)
        {
            await Sandbox.Jobs.SetCallbackFaultAsync(new SandboxCallbackFault("early") { Body = mark, Times = 1 });
        }

        if ((cell.Lost || cell.Late) && !cell.IsUnsure)
        {
            await Sandbox.Jobs.SetCallbackFaultAsync(new SandboxCallbackFault("drop") { Body = mark, Times = 100 });
        }

        if (cell.Duplicate)
        {
            await Sandbox.Jobs.SetCallbackFaultAsync(Copied with { Body = mark, Times = 100 });
        }

        string tool = cell.Lost && !cell.Late ? "jobs.impatient" : "jobs.patient";
        string cast = await App.CastAsync(new
        {
            slug = "matrix",
            steps = (object[])[new { id = cell.Step, tool, timeout = !cell.Late ? "PT5M" : cell.Restart ? "PT20S" : "PT8S", retry = new { maxAttempts = cell.Late ? 1 : 3, firstInterval = "PT0.1S" }, with = new { mark } }],
        });
        await (cell switch
        {
            { Step: "held" } => Task.WhenAll(App.SeeEventAsync(cast, "job.callback"), SeenAsync(cast)),
            { Step: "gone" } => SeenAsync(cast),
            _ => App.SeeEventAsync(cast, "job.started"),
        });
        return cast;
    }

    async Task<JobCellEnd> GoOnAsync(JobCell cell, Task<string> begun)
    {
        string cast = await begun;
        if (cell.Restart)
        {
            await _restarted.Task;
        }

        if (cell.Late)
        {
            await App.EndAsync(cast, "failed");
            if (!cell.Lost)
            {
                Relay.Pass(cast);
            }
        }

        if (cell is { IsUnsure: true, Lost: true, Late: false })
        {
            // Nobody can tell of the first job: another one is started.
            await Eventually.SeeAsync(() => JobsAsync(cast), jobs => jobs.Count > 1, App.Process);
        }

        foreach (SandboxJob job in (await JobsAsync(cast)).Jobs.Where(job => job.EndedAt is null))
        {
            await Sandbox.Jobs.CompleteAsync(job.Id);
        }

        if (cell is { Late: true, Lost: false })
        {
            await Sandbox.Jobs.CallBackAsync((await JobsAsync(cast)).Jobs[0].Id, "completed", cell.Duplicate ? Copied : null);
        }

        string status = cell.Late ? "failed" : "completed";
        JsonElement end = await App.EndAsync(cast, status);
        JsonElement step = await App.GetAsync($"casts/{cast}/steps/{cell.Step}");
        JsonElement events = await App.GetAsync($"casts/{cast}/events");
        return new JobCellEnd(
            end, [.. step.GetProperty("attempts").EnumerateArray()], [.. events.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("type").GetString()!)], await JobsAsync(cast));
    }

    Task<SandboxJobList> JobsAsync(string cast) => Sandbox.Jobs.ListAsync(key: $"{cast}.*");

    Task<int> SeenAsync(string cast) => Eventually.SeeAsync(() => Task.FromResult(Relay.Seen(cast)), seen => seen > 0, App.Process);
}
