using Grimoire.Accounts;

namespace Grimoire.Functions.Security;

/// <summary>The limits of an account: its own, and where it has none the defaults.</summary>
public sealed class LimitLookup(AccountStore accounts, LimitOptions options)
{
    /// <summary>As they were two seconds ago at most.</summary>
    public async Task<AccountLimits> OfAsync(string account, CancellationToken cancellation) =>
        InForce(await accounts.KnownAsync(account, cancellation).ConfigureAwait(false));

    /// <param name="account">Null: nobody has made it yet.</param>
    public AccountLimits InForce(Account? account) => account?.Limits.Or(options.Defaults) ?? options.Defaults;
}
