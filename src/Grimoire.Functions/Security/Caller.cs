using Grimoire.Accounts;
using Microsoft.Azure.Functions.Worker;

namespace Grimoire.Functions.Security;

/// <summary>Who calls, as <see cref="Authenticate"/> has found out.</summary>
/// <param name="Account">Whose things a request is about, if it does not say.</param>
/// <param name="Role">What the caller may do with them.</param>
public sealed record Caller(string Account, Role Role)
{
    const string Item = "grimoire.caller";

    /// <summary>Null: no key was asked for.</summary>
    public string? KeyId { get; init; }

    public string? KeyName { get; init; }

    /// <summary>The request may be about any account: it is an operator's, or no key is asked for.</summary>
    public bool HasAllAccounts { get; init; }

    /// <summary>May do everything in every account.</summary>
    public bool IsOperator => HasAllAccounts && Role == Role.Admin;

    /// <summary>Where keys are off.</summary>
    public static Caller Everyone { get; } = new(Accounts.Account.Operators, Role.Admin) { HasAllAccounts = true };

    /// <summary>Of what is open to everyone; what proves that such a request is right is its own business.</summary>
    public static Caller Nobody { get; } = new(Accounts.Account.Operators, Role.Viewer) { HasAllAccounts = true };

    public static Caller Of(Account account, KeyRecord key)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(key);
        return new Caller(account.Name, key.Role)
        {
            KeyId = key.Id,
            KeyName = key.Name,
            HasAllAccounts = account.Name == Accounts.Account.Operators && key.Role == Role.Admin,
        };
    }

    /// <summary>The one of this call. There always is one: <see cref="Authenticate"/> lets no other call through.</summary>
    public static Caller Of(FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Items.TryGetValue(Item, out var caller) && caller is Caller known
            ? known
            : throw new InvalidOperationException("Nobody has asked who calls.");
    }

    public void EnterInto(FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Items[Item] = this;
    }
}
