namespace Grimoire.Accounts;

/// <summary>What a key may do in its account. Each role may do what those before it may.</summary>
public enum Role
{
    /// <summary>Reads.</summary>
    Viewer,

    /// <summary>Saves spells, casts them, and steers what runs.</summary>
    Caster,

    /// <summary>Decides what the account may call, who is told of it, and who has a key.</summary>
    Admin,
}
