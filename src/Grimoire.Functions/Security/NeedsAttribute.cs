using Grimoire.Accounts;

namespace Grimoire.Functions.Security;

/// <summary>What a key has to be for this function. Every HTTP function has this, or <see cref="OpenAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsAttribute(Role role) : Attribute
{
    /// <summary>This one or a higher one.</summary>
    public Role Role { get; } = role;

    /// <summary>It is about the deployment, so an admin of one account among several is not enough.</summary>
    public bool Operators { get; init; }

    /// <summary>It tells how the app is: it does so when the limit of requests is reached too, and does not count towards it.</summary>
    public bool Unlimited { get; init; }
}

/// <summary>Anybody may call it, without a key.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OpenAttribute : Attribute;
