// The demo's buttons fill the form and go in.
document.querySelectorAll("[data-demo-username]").forEach((button) => {
  button.addEventListener("click", () => {
    document.getElementById("id_username").value = button.dataset.demoUsername;
    document.getElementById("id_password").value = button.dataset.demoPassword;
    document.getElementById("id_password").form.requestSubmit();
  });
});
