using System.Text.Json.Nodes;
using DurableTask.Core.Exceptions;
using Grimoire.Casts;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Notifications;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Activities;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tests.Tools.Support;
using Grimoire.Schemas;
using Grimoire.Spells;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Moq;

namespace Grimoire.Functions.Tests.Casting;

/// <summary>What starts casts, over a storage that can break, with a client that remembers what was scheduled.</summary>
sealed class Starting
{
    readonly Lock _gate = new();

    public Starting()
    {
        Disk = new MemoryObjects();
        Objects = new FaultyObjects(Disk);
        Spells = new SpellStore(Disk, Time);
        Tools = new ToolStore(Disk, Time);
        foreach (var account in new[] { "acme", "other" })
        {
            Tools.SaveAsync(account, "draw", Draw("as it was"), default).GetAwaiter().GetResult();
            Spells.SaveAsync(account, "cover", Cover(null), default).GetAwaiter().GetResult();
        }

        Client = new Mock<DurableTaskClient>("test");
        Client.Setup(client => client.ScheduleNewOrchestrationInstanceAsync(
                It.Is<TaskName>(name => name.Name == nameof(CastSpell)), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions?>(), It.IsAny<CancellationToken>()))
            .Returns((TaskName _, object? input, StartOrchestrationOptions? options, CancellationToken _) => Schedule((CastOrder)input!, options!));
    }

    public ManualTime Time { get; } = new();

    public MemoryObjects Disk { get; }

    public FaultyObjects Objects { get; }

    public SpellStore Spells { get; }

    public ToolStore Tools { get; }

    public Mock<DurableTaskClient> Client { get; }

    public List<string> Scheduled { get; } = [];

    /// <summary>Just before an instance is scheduled; what it throws, the client throws.</summary>
    public Action<string>? OnSchedule { get; set; }

    public static JsonObject Cover(string? name)
    {
        var cover = Json.Object("""
            {
              "slug": "cover",
              "budgetUsd": 1.5,
              "inputs": { "type": "object", "required": ["artist"], "properties": { "artist": { "type": "string" }, "hd": { "type": "boolean", "default": false } } },
              "steps": [ { "id": "draw", "tool": "draw", "with": { "prompt": "${inputs.artist}" } } ]
            }
            """);
        if (name is not null)
        {
            cover["name"] = name;
        }

        return cover;
    }

    public static JsonObject Draw(string description) => new()
    {
        ["id"] = "draw",
        ["kind"] = "http",
        ["description"] = description,
        ["request"] = new JsonObject { ["method"] = "POST", ["url"] = "https://tools.example/draw" },
    };

    /// <summary>Null: there are none.</summary>
    public CastLimits? Limits { get; set; }

    /// <summary>Of one process of the app.</summary>
    public CastStarter NewStarter()
    {
        var schemas = new JsonSchemas();
        var tools = new ToolCatalog(new ToolStore(Objects, Time), new ToolFolder("/nowhere", Time.GetUtcNow()), Time);
        return new CastStarter(
            new SpellStore(Objects, Time), tools, new CastStore(Objects), new IdempotencyClaims(Objects), schemas, new SpellValidator(schemas), new ReconcileStart(new ReconcileOptions()),
            new SubscriptionStore(Objects, Time), Limits ?? LimitsOf.Accounts(), Time);
    }

    public async Task<CastManifest> ManifestAsync(CastStarted started)
    {
        Assert.Null(started.Refusal);
        return await new CastStore(Disk).GetAsync(started.CastId!, default);
    }

    async Task<string> Schedule(CastOrder order, StartOrchestrationOptions options)
    {
        await Task.Yield();
        Assert.Equal(order.CastId, options.InstanceId);
        lock (_gate)
        {
            if (Scheduled.Contains(order.CastId))
            {
                throw new OrchestrationAlreadyExistsException($"There is an instance '{order.CastId}'.");
            }

            OnSchedule?.Invoke(order.CastId);
            Scheduled.Add(order.CastId);
            return order.CastId;
        }
    }
}
