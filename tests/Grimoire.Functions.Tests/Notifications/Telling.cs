using System.Text;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Notifications;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Activities;
using Grimoire.Functions.Tests.Http.Support;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tests.Tools.Support;
using Grimoire.Functions.Tools;
using Grimoire.Functions.Webhooks;
using Grimoire.Notifications;
using Grimoire.Webhooks;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Grimoire.Functions.Tests.Notifications;

/// <summary>One cast of which a real server is told, by an activity over a storage that can break.</summary>
sealed class Telling : IAsyncDisposable
{
    readonly ServiceProvider _services;
    readonly MemoryObjects _disk = new();
    readonly World _world;
    readonly Journal _journal;

    Telling(FakeProvider receiver, NotificationOptions options, string allowed)
    {
        Receiver = receiver;
        _world = new World(_disk);
        _journal = new Journal(_disk);
        Subscriptions = new SubscriptionStore(_world.Faults, Time);
        _services = new ServiceCollection()
            .AddSingleton<TimeProvider>(Time)
            .AddTools(new ConfigurationBuilder().AddInMemoryCollection([new("Egress:Allow", allowed)]).Build())
            .BuildServiceProvider();
        Options = options;
        Activity = new Notify(
            _world.Faults, new Journal(_world.Faults), Subscriptions, new NotificationSender(_services.GetRequiredService<IHttpClientFactory>(), options, Time), options,
            new CallbackUrls(_disk, new WebhookOptions { BaseUrl = new Uri("https://grimoire.example/") }, new ConfigurationBuilder().Build()), Time, new Logged<Notify>(_world.Logs));
    }

    public FakeProvider Receiver { get; }

    public NotificationOptions Options { get; }

    public ManualTime Time => _world.Time;

    public FaultyObjects Faults => _world.Faults;

    public Lines Logs => _world.Logs;

    public SubscriptionStore Subscriptions { get; }

    public Notify Activity { get; }

    /// <summary>What the engine says of the cast.</summary>
    public DurableTaskClient Client { get; set; } = Instances.Client(Instances.Of(OrchestrationRuntimeStatus.Running, id: World.Cast)).Object;

    /// <summary>Ids of messages, in the order in which they came.</summary>
    public IReadOnlyList<string> Sent => [.. Receiver.Requests.Select(request => request.Headers["webhook-id"])];

    /// <summary>Types of events, in the order in which they came.</summary>
    public IReadOnlyList<string> Told => [.. Receiver.Requests.Select(request => (string)JsonNode.Parse(request.Body)!["type"]!)];

    /// <param name="answer">Status codes, one after the other; the last one for ever.</param>
    /// <param name="events">What is wanted.</param>
    /// <param name="isOfAccount">Saved as "shop", else named by the request.</param>
    /// <param name="allowed">What may be called.</param>
    public static async Task<Telling> StartAsync(int[] answer, string[] events, bool isOfAccount = false, string allowed = "127.0.0.1")
    {
        var count = 0;
        var receiver = await FakeProvider.StartAsync(context =>
        {
            var number = Math.Min(Interlocked.Increment(ref count), answer.Length) - 1;
            context.Response.StatusCode = answer[number];
            if (answer[number] == 302)
            {
                context.Response.Headers.Location = "/elsewhere";
            }

            if (answer[number] == 429)
            {
                context.Response.Headers.RetryAfter = "600";
            }

            return Task.CompletedTask;
        });
        var telling = new Telling(
            receiver, new NotificationOptions { Pace = new NotificationPace([TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5)]) }, allowed);
        var subscription = new Subscription(receiver.At("/hooks?key=s3cret"), events) { Name = isOfAccount ? "shop" : null, IsOfAccount = isOfAccount };
        await telling._world.WriteAsync(telling._world.ManifestOf(World.Step()) with { Notify = [subscription] });
        if (isOfAccount)
        {
            await telling.SaveAsync(new SavedSubscription(subscription, SigningSecrets.New(telling.Time.GetUtcNow()), telling.Time.GetUtcNow(), telling.Time.GetUtcNow()));
        }

        return telling;
    }

    public Task SaveAsync(SavedSubscription saved) => Subscriptions.ChangeAsync("acme", stored => (stored.With(saved), true), default);

    public async Task<SavedSubscription> SavedAsync() => (await Subscriptions.ReadAsync("acme", default)).Find("shop")!;

    public Task HappenAsync(params CastEvent[] events) => _journal.AppendAsync(World.Cast, events, default);

    public Task EndAsync() => HappenAsync(CastEvents.Ended(CastEvents.CastCompleted, Time.GetUtcNow(), 0.5m));

    public Task StepAsync(string type, string step) => HappenAsync(CastEvents.Step(type, step, Time.GetUtcNow()));

    /// <summary>One delivery of the activity; what goes through the history is as it comes out of it.</summary>
    public async Task<NotifyAnswer> LookAsync(NotifyOrder? order = null) =>
        World.Travelled(await Activity.RunAsync(World.Travelled(order ?? new NotifyOrder(World.Cast, 0)), Client, default));

    /// <summary>What has become of messages, by the journal.</summary>
    public async Task<IReadOnlyList<CastEvent>> OutcomesAsync() => [.. (await _world.LinesAsync()).Where(e => CastEvents.IsOfNotification(e.Type))];

    public Task DeleteCastAsync() => new CastStore(_disk).DeleteAsync(World.Cast, default);

    /// <summary>Everything that is stored of the cast, as text.</summary>
    public async Task<string> StoredOfCastAsync()
    {
        var texts = new List<string>();
        foreach (var name in _disk.Names.Where(name => name.StartsWith("casts/", StringComparison.Ordinal)))
        {
            texts.Add(Encoding.UTF8.GetString((await _disk.ReadAsync(name, default))!.Content.Span));
        }

        return string.Join('\n', texts);
    }

    public bool IsSigned(SeenRequest request, string secret) => StandardWebhooks.Verify(
        request.Headers.GetValueOrDefault, Encoding.UTF8.GetBytes(request.Body), SigningKeys.Standard([secret]), Time.GetUtcNow()).IsValid;

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Receiver.DisposeAsync();
    }
}
