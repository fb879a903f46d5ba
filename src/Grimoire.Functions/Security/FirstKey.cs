using Grimoire.Accounts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Grimoire.Functions.Security;

/// <summary>
/// Where no admin of <see cref="Account.Operators"/> could come in, the start makes a key for one and shows it once. Of several processes that start
/// together one makes it: the account is one object.
/// </summary>
sealed partial class FirstKey(SecurityOptions options, AccountStore accounts, TimeProvider time, ILogger<FirstKey> logger) : IHostedService
{
    static readonly TimeSpan Unshown = TimeSpan.FromSeconds(30);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Keys == KeyUse.Off)
        {
            LogOff(logger);
            return;
        }

        if (HasAdmin(await accounts.FindAsync(Account.Operators, cancellationToken).ConfigureAwait(false)))
        {
            return;
        }

        var key = ApiKey.New();
        await accounts.PlaceAsync(key.Id, Account.Operators, cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var record = new KeyRecord(key.Id, Role.Admin, "first", key.Hash(), now) { ExpiresAt = now + Unshown };
        var isMade = await accounts.ChangeAsync(
            Account.Operators,
            stored => HasAdmin(stored) ? (null, false) : ((stored ?? new Account(Account.Operators, now)).With(record, now), true),
            cancellationToken).ConfigureAwait(false);
        if (isMade)
        {
            LogMade(logger, key.Reveal());
            await accounts.ChangeAsync(
                Account.Operators,
                stored => stored?.Find(key.Id) is { } shown ? (stored.With(shown with { ExpiresAt = null }, now), true) : (null, false),
                cancellationToken).ConfigureAwait(false);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    bool HasAdmin(Account? account) => account?.HasOtherAdmin("", time.GetUtcNow()) == true;

    // Nobody else could tell it: this is the one line that has a key in it.
    [LoggerMessage(Level = LogLevel.Warning, Message = "The first key, of an admin of the account main, is {Key} This is shown once: keep it, and make others with it.")]
    static partial void LogMade(ILogger logger, string key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Security:Keys is off: whoever reaches this app may do everything in every account.")]
    static partial void LogOff(ILogger logger);
}
