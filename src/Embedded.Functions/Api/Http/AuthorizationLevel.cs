namespace Microsoft.Azure.Functions.Worker;

/// <summary>Who may call an HTTP function.</summary>
public enum AuthorizationLevel
{
    /// <summary>Everybody.</summary>
    Anonymous = 0,

    /// <summary>Callers with a user token.</summary>
    User = 1,

    /// <summary>Callers with a function key.</summary>
    Function = 2,

    /// <summary>Callers with a system key.</summary>
    System = 3,

    /// <summary>Callers with the master key.</summary>
    Admin = 4,
}
