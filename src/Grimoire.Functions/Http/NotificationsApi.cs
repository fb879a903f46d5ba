using System.Net;
using Grimoire.Accounts;
using Grimoire.Functions.Notifications;
using Grimoire.Functions.Security;
using Grimoire.Notifications;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Functions.Http;

/// <summary>Who is told how the casts of an account go on. A secret is shown once, by what makes it.</summary>
public sealed class NotificationsApi(SubscriptionStore store, NotificationOptions options, TimeProvider time)
{
    /// <summary>Of an account.</summary>
    const int Most = 20;

    const int MaxBytes = 64 * 1024;

    [Function("ListNotifications")]
    [Needs(Role.Admin)]
    public async Task<HttpResponseData> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/notifications")] HttpRequestData request,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var stored = await store.ReadAsync(request.Account(), cancellation).ConfigureAwait(false);
        return await Answer.OkAsync(request, new { notifications = stored.Subscriptions.Select(saved => Shown(saved)) }, cancellation).ConfigureAwait(false);
    }

    [Function("GetNotification")]
    [Needs(Role.Admin)]
    public async Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/notifications/{name}")] HttpRequestData request,
        string name,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (account, wanted) = (request.Account(), RouteNames.Notification(name));
        var stored = await store.ReadAsync(account, cancellation).ConfigureAwait(false);
        return await Answer.OkAsync(request, Shown(stored.Find(wanted) ?? throw NotFound(wanted)), cancellation).ConfigureAwait(false);
    }

    [Function("PutNotification")]
    [Needs(Role.Admin)]
    public async Task<HttpResponseData> PutAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/notifications/{name}")] HttpRequestData request,
        string name,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (account, wanted) = (request.Account(), RouteNames.Notification(name, isNew: true));
        var (document, findings) = await RequestBody.DocumentAsync(request, MaxBytes, cancellation).ConfigureAwait(false);
        var (subscription, secret) = findings.Count > 0 ? (null, null) : SubscriptionReader.ReadOwn(document, findings);
        if (subscription is null)
        {
            throw new Problem(HttpStatusCode.UnprocessableEntity, "notification.invalid", "The subscription is not valid; errors says why.", findings).Refused();
        }

        var (saved, isNew) = await store
            .ChangeAsync(account, stored => Saved(stored, subscription with { Name = wanted }, secret), cancellation)
            .ConfigureAwait(false);
        return isNew
            ? await Answer.JsonAsync(
                request, HttpStatusCode.Created, Shown(saved, saved.Secrets.Current), cancellation, ("Location", $"/api/notifications/{wanted}")).ConfigureAwait(false)
            : await Answer.OkAsync(request, Shown(saved), cancellation).ConfigureAwait(false);
    }

    [Function("DeleteNotification")]
    [Needs(Role.Admin)]
    public async Task<HttpResponseData> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/notifications/{name}")] HttpRequestData request,
        string name,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (account, wanted) = (request.Account(), RouteNames.Notification(name));
        var found = await store
            .ChangeAsync(account, stored => stored.Find(wanted) is null ? (null, false) : (stored.Without(wanted), true), cancellation)
            .ConfigureAwait(false);
        return found ? Answer.Nothing(request) : throw NotFound(wanted);
    }

    [Function("RotateNotificationSecret")]
    [Needs(Role.Admin)]
    public async Task<HttpResponseData> RotateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/notifications/{name}/rotate")] HttpRequestData request,
        string name,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (account, wanted) = (request.Account(), RouteNames.Notification(name));
        var secrets = await store.ChangeAsync(account, stored => Rotated(stored, wanted), cancellation).ConfigureAwait(false);
        return await Answer.OkAsync(
            request, new { name = wanted, secret = secrets.Current, oldSecretsSignUntil = secrets.OverlapsUntil(time.GetUtcNow()) }, cancellation).ConfigureAwait(false);
    }

    (AccountNotifications?, (SavedSubscription Saved, bool IsNew)) Saved(AccountNotifications stored, Subscription subscription, string? secret)
    {
        var now = time.GetUtcNow();
        if (stored.Find(subscription.Name!) is { } old)
        {
            var secrets = secret is null ? old.Secrets : old.Secrets.Rotated(now, options.Overlap, secret) ?? throw TooManySecrets(subscription.Name!);
            var changed = new SavedSubscription(subscription, secrets, old.CreatedAt, now);
            return (stored.With(changed), (changed, false));
        }

        if (stored.Subscriptions.Count >= Most)
        {
            throw new Problem(HttpStatusCode.Conflict, "notification.tooMany", $"The account has {Most} subscriptions, which are as many as there may be.").Refused();
        }

        var made = new SavedSubscription(subscription, SigningSecrets.New(now, secret), now, now);
        return (stored.With(made), (made, true));
    }

    (AccountNotifications?, SigningSecrets) Rotated(AccountNotifications stored, string name)
    {
        var now = time.GetUtcNow();
        if (name == RouteNames.OwnNotifications)
        {
            // The first time there is nothing to rotate: that is how it becomes known.
            var own = stored.Secrets is { } held ? held.Rotated(now, options.Overlap) ?? throw TooManySecrets(name) : SigningSecrets.New(now);
            return (stored with { Secrets = own }, own);
        }

        var saved = stored.Find(name) ?? throw NotFound(name);
        var secrets = saved.Secrets.Rotated(now, options.Overlap) ?? throw TooManySecrets(name);
        return (stored.With(saved with { Secrets = secrets }), secrets);
    }

    object Shown(SavedSubscription saved, string? secret = null) => new
    {
        saved.Subscription.Name,
        saved.Subscription.Url,
        saved.Subscription.Events,
        saved.CreatedAt,
        saved.SavedAt,
        SecretSince = saved.Secrets.Since,
        OldSecretsSignUntil = saved.Secrets.OverlapsUntil(time.GetUtcNow()),
        saved.DisabledAt,
        saved.DisabledBecause,
        Secret = secret,
    };

    static RefusedException NotFound(string name) =>
        new Problem(HttpStatusCode.NotFound, "notification.notFound", $"There is no subscription '{name}'.").Refused();

    static RefusedException TooManySecrets(string name) => new Problem(
        HttpStatusCode.Conflict, "notification.rotating", $"'{name}' has {SigningSecrets.Most} secrets that sign already: wait until one of them expires.").Refused();
}
