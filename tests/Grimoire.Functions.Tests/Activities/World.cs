using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Accounts;
using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tests.Tools.Support;
using Grimoire.Spells;
using Grimoire.Tools;

namespace Grimoire.Functions.Tests.Activities;

/// <summary>One cast over a storage that can break, with tools that do as they are told, and as many workers as a test wants.</summary>
sealed class World
{
    public const string Cast = "acme-0000000000000000001";
    public const string Tool = "paid";
    public const string Pure = "pure";

    public World(IObjectStore? store = null, bool transient = false)
    {
        Disk = store ?? new MemoryObjects();
        Faults = transient ? FaultyObjects.Transient(Disk) : new FaultyObjects(Disk);
    }

    /// <summary>What is really stored.</summary>
    public IObjectStore Disk { get; }

    public FaultyObjects Faults { get; }

    public ManualTime Time { get; } = new();

    public Lines Logs { get; } = new();

    public ScriptedTool Paid { get; } = new(Tool);

    public ScriptedTool Free { get; } = new(Pure, isPure: true);

    public CastOptions Options { get; init; } = new() { Lease = TimeSpan.FromSeconds(30), MaxOutputBytes = 64 * 1024, MaxItems = 100, MaxDepth = 3, MaxArtifactBytes = 1024 };

    public CastManifest Manifest { get; private set; } = null!;

    /// <summary>A process of the app: what it keeps in memory is its own.</summary>
    public Worker NewWorker(IObjectStore? objects = null) => new(this, objects ?? Faults);

    public static async Task<World> WithStepAsync(Step step, IObjectStore? store = null, bool transient = false, CastOptions? options = null)
    {
        var world = options is null ? new World(store, transient) : new World(store, transient) { Options = options };
        await world.WriteAsync(world.ManifestOf(step));
        return world;
    }

    /// <summary>A step "one" that calls the tool that counts.</summary>
    public static Task<World> WithToolAsync(string tool = Tool, IObjectStore? store = null, bool transient = false) => WithStepAsync(Step(tool), store, transient);

    /// <summary>A step "one" that calls the tool that counts, which is defined so.</summary>
    public static async Task<World> WithDefinitionAsync(ToolDefinition tool, CastOptions? options = null)
    {
        var world = options is null ? new World() : new World { Options = options };
        var manifest = world.ManifestOf(Step());
        await world.WriteAsync(manifest with { Tools = new Dictionary<string, ToolDefinition>(manifest.Tools) { [Tool] = tool } });
        return world;
    }

    public static Step Step(string tool = Tool, string with = """{ "prompt": "a cat" }""") => new() { Id = "one", Tool = tool, With = Json.Object(with) };

    public static ToolDefinition Definition(string kind, JsonObject? input = null, JsonObject? output = null) => new() { Id = kind, Kind = kind, Input = input, Output = output };

    public CastManifest ManifestOf(params Step[] steps) => new()
    {
        CastId = Cast,
        Account = "acme",
        Spell = new Spell { Slug = "test", Steps = steps },
        Tools = new Dictionary<string, ToolDefinition>
        {
            [Tool] = Definition(Tool),
            [Pure] = Definition(Pure),
            ["wait"] = BuiltInTools.All.Single(tool => tool.Id == "wait"),
        },
        Inputs = [],
        CreatedAt = Time.GetUtcNow(),
    };

    public async Task WriteAsync(CastManifest manifest)
    {
        Manifest = manifest;
        await Disk.CreateAsync(CastObjects.Manifest(manifest.CastId), CastStore.Bytes(manifest), CancellationToken.None);
    }

    public static StepRequest Order(int attempt = 1, int? item = null) => new(Cast, "one") { Attempt = attempt, Item = item };

    public static AttemptKey Key(int attempt = 1, int? item = null) => new(Cast, "one", item, attempt);

    /// <summary>Its record, as it is on the disk.</summary>
    public async Task<AttemptRecord?> RecordAsync(AttemptKey? key = null) => (await new AttemptStore(Disk).FindAsync(key ?? Key(), CancellationToken.None)).Record;

    public async Task PutRecordAsync(AttemptRecord record)
    {
        var name = CastObjects.Attempt(record.Key);
        await Disk.DeleteAsync(name, CancellationToken.None);
        await Disk.CreateAsync(name, CastStore.Bytes(record), CancellationToken.None);
    }

    /// <summary>Of a worker that has died or will not be heard of.</summary>
    public AttemptRecord Running(TimeSpan lease, string tool = Tool) => new()
    {
        CastId = Cast,
        Step = "one",
        Attempt = 1,
        Tool = tool,
        Status = AttemptStatus.Running,
        IdempotencyKey = Key().IdempotencyKey,
        Owner = "another.1",
        LeaseUntil = Time.GetUtcNow() + lease,
        StartedAt = Time.GetUtcNow(),
        Input = new JsonObject { ["prompt"] = "a cat" },
    };

    /// <summary>Every event once, as readers see them.</summary>
    public Task<IReadOnlyList<CastEvent>> EventsAsync(string cast = Cast) => new Journal(Disk).ReadAllAsync(cast, CancellationToken.None);

    public async Task<IReadOnlyList<string>> TypesAsync(string cast = Cast) => [.. (await EventsAsync(cast)).Select(e => e.Type)];

    /// <summary>What is written to the journal, twice if it was written twice.</summary>
    public async Task<IReadOnlyList<CastEvent>> LinesAsync() => (await new Journal(Disk).ReadAsync(Cast, 0, CancellationToken.None)).Events;

    public async Task<CastView> ViewAsync() => CastView.Of(Manifest, await EventsAsync());

    /// <summary>What the account has spent in all, as its usage tells.</summary>
    public async Task<decimal> UsedAsync() => (await UsageAsync()).Sum(row => row.Sum.CostUsd);

    public async Task<IReadOnlyList<UsageRow>> UsageAsync()
    {
        var book = new UsageBook(Disk, new UsageLog(Disk, new CastStore(Disk)), Time);
        var rows = new List<UsageRow>();
        await foreach (var (account, day) in book.DaysAsync("acme", DateOnly.MinValue, DateOnly.MaxValue, CancellationToken.None))
        {
            rows.AddRange(await book.DayAsync(account, day, CancellationToken.None));
        }

        return rows;
    }

    /// <summary>The names of what is stored.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync(string prefix)
    {
        var names = new List<string>();
        await foreach (var name in Disk.ListAsync(prefix, after: null, CancellationToken.None))
        {
            names.Add(name);
        }

        return names;
    }

    /// <summary>The time of the next renewal comes, and it is made.</summary>
    public async Task RenewedAsync()
    {
        var before = (await RecordAsync())?.LeaseUntil;
        await UntilAsync(() => Task.FromResult(Time.HasAlarmWithin(Options.Lease / 3)));
        Time.Advance(Options.Lease / 3);
        await UntilAsync(async () => (await RecordAsync())?.LeaseUntil > before);
    }

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var end = Environment.TickCount64 + 30_000;
        while (!await condition())
        {
            Assert.True(Environment.TickCount64 < end, "It has not happened in 30 seconds.");
            await Task.Yield();
        }
    }

    /// <summary>As it comes out of a history.</summary>
    public static T Travelled<T>(T value) => JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(value, DomainJson.Options), DomainJson.Options)!;
}
